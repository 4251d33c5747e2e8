//! One run: the deployed state machines and the real handlers, moved one step at a time in an order, and with faults, that
//! somebody else chooses.

mod actor;
mod calls;
mod describe;
mod moves;
mod order;
mod people;
mod tasks;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use crate::asl::{Definition, Execution, Identity};
use crate::faults::{Site, Strike};
use crate::fingerprint::Fingerprint;
use crate::journal::Journal;
use crate::scenario::Scenario;
use crate::violation::Violation;
use crate::witness::Witness;
use crate::world::{Quirk, World};
use actor::{Actor, Machine, Role, Worker};

pub(crate) use moves::Move;

/// After so many moves a run counts as one that never ends: the longest of all that do have between 200 and 250.
const MOST_MOVES: usize = 2_000;

/// What the other execution of the fare is called.
const TWIN: &str = "twin";

/// The two state machines, as deployed.
#[derive(Clone, Debug)]
pub struct Machines {
    /// `fare-collection`.
    pub fare_collection: Arc<Definition>,
    /// `recover-fare`.
    pub recover_fare: Arc<Definition>,
    /// What the stores' twins, or the gateway's, leave out: nothing but for a mutant.
    pub quirk: Option<Quirk>,
}

/// One run. A clone is a branch of its history.
#[derive(Clone)]
pub(crate) struct Run<'a> {
    scenario: &'a Scenario,
    machines: &'a Machines,
    world: World,
    actors: Vec<Actor>,
    /// Who moved last.
    current: usize,
    faults_left: u32,
    stops_left: u32,
    redrives_left: u32,
    is_mended: bool,
    /// Whether something was broken for longer than a call.
    is_broken: bool,
    /// How often somebody who is called for can still come: once for each fault, and once more. Whoever is called for after
    /// that cannot help.
    mends_left: u32,
    /// How often reconciliation can still have the payment undone again, likewise.
    reconciliations_left: u32,
    has_settled: bool,
    moves_made: usize,
    /// What has struck so far.
    pub(crate) struck: Vec<(Site, Strike)>,
    pub(crate) witness: Witness,
    pub(crate) journal: Journal,
}

impl<'a> Run<'a> {
    /// A run that is about to begin.
    ///
    /// # Errors
    /// [`Violation`] if not even the fare's id can be read, which is a mistake in the explorer.
    pub(crate) fn new(scenario: &'a Scenario, machines: &'a Machines, journal: Journal) -> Result<Self, Violation> {
        let fare_id = scenario.fare_id().ok_or_else(|| Violation::mistake("the fare's id is not one"))?;
        let mut run = Self {
            scenario,
            machines,
            world: World::new(fare_id, scenario.search_lag, machines.quirk),
            actors: Vec::new(),
            current: 0,
            faults_left: scenario.faults,
            stops_left: u32::from(scenario.stop.is_some()),
            redrives_left: u32::from(scenario.redrive),
            is_mended: scenario.permanent.is_none(),
            is_broken: scenario.permanent.is_some(),
            mends_left: scenario.faults.saturating_add(1),
            reconciliations_left: scenario.faults.saturating_add(1),
            has_settled: false,
            moves_made: 0,
            struck: Vec::new(),
            witness: Witness::default(),
            journal,
        };
        let main = run.execution("main", Machine::FareCollection, scenario.input.clone());
        run.actors.push(Actor::new("main", main, run.world.now()));
        run.settle(0)?;
        if let Some(input) = scenario.twin_input() {
            run.actors.push(Actor::new(TWIN, Role::Start(Machine::FareCollection, input), run.world.now()));
        }
        Ok(run)
    }

    /// What the state depends on from here. Two runs of one scenario that meet in a fingerprint have the same future.
    pub(crate) fn fingerprint(&self) -> u128 {
        let mut fingerprint = Fingerprint::default();
        self.hash(&mut fingerprint);
        fingerprint.value()
    }

    /// What is left in the end, whoever did it in whatever order.
    pub(crate) fn ending(&self) -> u128 {
        let mut fingerprint = Fingerprint::default();
        (&self.world, &self.witness).hash(&mut fingerprint);
        fingerprint.value()
    }

    /// Whether the fare is one to be collected, with which nothing has gone wrong and nobody has interfered.
    pub(crate) fn should_be_collected(&self) -> bool {
        let is_untroubled = self.faults_left == self.scenario.faults && self.scenario.permanent.is_none();
        let is_left_alone = self.scenario.stop.is_none() || self.stops_left > 0;
        self.scenario.is_collected && is_untroubled && is_left_alone
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// The executions, by name.
    pub(crate) fn executions(&self) -> impl Iterator<Item = (&str, &Execution)> {
        self.actors.iter().filter_map(|actor| Some((actor.name.as_str(), &actor.worker()?.execution)))
    }

    /// An execution that starts now.
    fn execution(&self, name: &str, machine: Machine, input: Value) -> Role {
        let (definition, machine_name) = match machine {
            Machine::FareCollection => (&self.machines.fare_collection, "fare-collection"),
            Machine::RecoverFare => (&self.machines.recover_fare, "recover-fare"),
        };
        let identity = Identity {
            execution_arn: execution_arn(machine_name, name),
            name: name.to_owned(),
            state_machine_arn: format!("arn:aws:states:eu-central-1:123456789012:stateMachine:{machine_name}"),
            state_machine_name: machine_name.to_owned(),
            started_at_ms: milliseconds(self.world.now()),
        };
        let execution = Execution::start(Arc::clone(definition), Arc::new(identity), Arc::new(input));
        Role::Execution(Box::new(Worker::new(execution, machine)))
    }

    /// A name that no other actor of this run has or had. Each kind is counted by itself: whoever takes an execution for the
    /// same as another takes its name for the same, too.
    fn name(&self, kind: &str) -> String {
        let named = self.actors.iter().filter(|actor| actor.name.rsplit_once('-').is_some_and(|(of, _)| of == kind));
        format!("{kind}-{}", named.count() + 1)
    }
}

/// A time for those who count without a sign.
fn milliseconds(time: i64) -> u64 {
    u64::try_from(time).unwrap_or_default()
}

/// As long as one can be: a name has at most 80 letters (guide, "Step Functions service quotas").
pub(crate) fn execution_arn(machine: &str, name: &str) -> String {
    format!("arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:{machine:_<80}:{name:_<80}")
}

impl Hash for Run<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.scenario.name, self.faults_left, self.stops_left, self.redrives_left).hash(state);
        (self.is_mended, self.is_broken, self.mends_left, self.reconciliations_left, self.has_settled).hash(state);
        // Whether somebody can interfere now goes by who has moved last.
        let can_interfere = self.stops_left > 0 || self.redrives_left > 0;
        (can_interfere && self.is_worth_interfering(0)).hash(state);
        self.world.hash(state);
        for actor in self.actors.iter().filter(|actor| !matches!(actor.role, Role::Gone)) {
            actor.hash(state);
        }
        self.witness.hash(state);
    }
}
