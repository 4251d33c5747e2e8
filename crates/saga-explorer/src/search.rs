//! Goes through every schedule of a scenario, depth first, without going through the same state twice.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::faults::{Site, Strike};
use crate::invariants::{Outcome, judge};
use crate::journal::Journal;
use crate::run::{Machines, Move, Run};
use crate::scenario::Scenario;
use crate::schedule::Schedule;
use crate::violation::Violation;

/// The states that were met are spread over so many sets, so that threads seldom wait for each other.
const SHARDS: u8 = 64;

/// How long a thread without work waits before it looks again.
const IDLE: Duration = Duration::from_micros(200);

/// What a search came to.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Schedules that were run, each to its end or to a state that was met before.
    pub runs: u64,
    /// Distinct states.
    pub states: u64,
    /// In how many distinct states everything was over, by how the fare ended.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// How many of those needed a person on the way.
    pub attention: u64,
    /// What was left of the fare in those states, as fingerprints: records, money and notices, and nothing of how it came to be.
    pub endings: BTreeSet<u128>,
    /// What went wrong, at least once each.
    pub struck: BTreeSet<(Site, Strike)>,
    /// The schedules that broke an invariant.
    pub violations: Vec<Counterexample>,
}

/// A schedule that breaks an invariant.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The schedule, to be replayed.
    pub schedule: Schedule,
    /// How many faults are in it.
    pub faults: usize,
    /// What it breaks.
    pub violation: Violation,
}

/// A part of what a search goes through. The default is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// What it begins with, as in a schedule.
    pub name: String,
    picks: Vec<u16>,
}

/// When a search ends early.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
    /// After this many counterexamples; never if 0.
    pub violations: usize,
}

/// A point from which several schedules go on.
struct Fork<'a> {
    run: Arc<Run<'a>>,
    /// What was picked on the way here.
    picks: Vec<u16>,
    moves: Vec<Move>,
    /// How many of the moves were tried.
    tried: usize,
}

/// The beginning of a schedule that nobody has run.
struct Branch<'a> {
    run: Run<'a>,
    picks: Vec<u16>,
    chosen: Move,
}

/// A search that is going on.
pub struct Search<'a> {
    machines: &'a Machines,
    scenario: &'a Scenario,
    limits: Limits,
    met: Vec<Mutex<HashSet<u128>>>,
    waiting: Mutex<Vec<Fork<'a>>>,
    at_work: AtomicUsize,
    runs: AtomicU64,
    states: AtomicU64,
    is_over: AtomicBool,
    findings: Mutex<Findings>,
}

impl<'a> Search<'a> {
    /// A search through this scenario, which has not begun.
    #[must_use]
    pub fn new(machines: &'a Machines, scenario: &'a Scenario, limits: Limits) -> Self {
        Self {
            machines,
            scenario,
            limits,
            met: (0..SHARDS).map(|_| Mutex::default()).collect(),
            waiting: Mutex::default(),
            at_work: AtomicUsize::new(0),
            runs: AtomicU64::new(0),
            states: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            findings: Mutex::default(),
        }
    }

    /// How many runs and states there were so far, and how many schedules wait.
    pub fn progress(&self) -> (u64, u64, usize) {
        (self.runs.load(Ordering::Relaxed), self.states.load(Ordering::Relaxed), lock(&self.waiting).len())
    }

    /// Goes through everything.
    pub fn run(&self) -> Findings {
        self.run_piece(&Piece::default())
    }

    /// The parts into which everything falls apart: what branches off from the schedule in which nobody interferes, by where.
    ///
    /// # Errors
    /// [`Violation`] if already that schedule breaks an invariant.
    pub fn pieces(&self) -> Result<Vec<Piece>, Violation> {
        let mut run = Run::new(self.scenario, self.machines, Journal::default())?;
        let mut pieces = Vec::new();
        let mut picks = Vec::new();
        loop {
            let moves = run.moves();
            let Some(&first) = moves.first() else { return Ok(pieces) };
            if moves.len() > 1 {
                for (pick, other) in (0_u16..).zip(&moves).skip(1) {
                    let name = format!("{}={}", picks.len(), run.label(*other));
                    let picks = picks.iter().copied().chain([pick]).collect();
                    pieces.push(Piece { name, picks });
                }
                picks.push(0);
            }
            run.make(first)?;
        }
    }

    /// Goes through everything in this piece that no other piece of this search has met.
    pub fn run_piece(&self, piece: &Piece) -> Findings {
        let available = thread::available_parallelism().map_or(1, usize::from);
        let threads = if self.limits.threads == 0 { available } else { self.limits.threads };
        let (runs, states) = (self.runs.load(Ordering::Relaxed), self.states.load(Ordering::Relaxed));
        self.begin(piece);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.work());
            }
        });
        let mut findings = std::mem::take(&mut *lock(&self.findings));
        findings.runs = self.runs.load(Ordering::Relaxed) - runs;
        findings.states = self.states.load(Ordering::Relaxed) - states;
        findings
    }

    /// Runs the schedule of this piece in which nobody interferes further, and notes those that branch off from it.
    fn begin(&self, piece: &Piece) {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let mut found = Findings::default();
        let mut picks = piece.picks.clone();
        let ended = self.start(piece).and_then(|mut run| {
            let outcome = self.drive(&mut run, &mut picks)?;
            found.struck.extend(run.struck.iter().copied());
            Ok((outcome, run))
        });
        match ended {
            Ok((Some(outcome), run)) => found.note(outcome, &run),
            Ok((None, _)) => {}
            Err(violation) => self.report(&picks, violation, &mut found),
        }
        lock(&self.findings).add(found);
    }

    /// The run as it is where the piece begins.
    fn start(&self, piece: &Piece) -> Result<Run<'a>, Violation> {
        let mut run = Run::new(self.scenario, self.machines, Journal::default())?;
        let mut picks = piece.picks.iter();
        loop {
            let moves = run.moves();
            let pick = if moves.len() > 1 { picks.next() } else { (!picks.as_slice().is_empty()).then_some(&0) };
            let Some(chosen) = pick.and_then(|pick| moves.get(usize::from(*pick))) else { return Ok(run) };
            run.make(*chosen)?;
        }
    }

    fn work(&self) {
        let mut found = Findings::default();
        while !self.is_over.load(Ordering::Relaxed) {
            self.at_work.fetch_add(1, Ordering::SeqCst);
            let next = self.next();
            let has_run = next.is_some();
            if let Some(branch) = next {
                self.follow(branch, &mut found);
            }
            let at_work = self.at_work.fetch_sub(1, Ordering::SeqCst) - 1;
            if !has_run {
                if at_work == 0 && lock(&self.waiting).is_empty() {
                    break;
                }
                thread::sleep(IDLE);
            }
        }
        lock(&self.findings).add(found);
    }

    /// Runs one schedule to its end, or to a state that was met before, and notes the others that branch off from it.
    fn follow(&self, branch: Branch<'a>, found: &mut Findings) {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let Branch { mut run, mut picks, chosen } = branch;
        let ended = run.make(chosen).and_then(|()| self.drive(&mut run, &mut picks));
        found.struck.extend(run.struck.iter().copied());
        match ended {
            Ok(None) => {}
            Ok(Some(outcome)) => found.note(outcome, &run),
            Err(violation) => self.report(&picks, violation, found),
        }
    }

    /// The outcome, if the run reaches an end.
    fn drive(&self, run: &mut Run<'a>, picks: &mut Vec<u16>) -> Result<Option<Outcome>, Violation> {
        loop {
            let moves = run.moves();
            if !self.is_new(run.fingerprint()) {
                return Ok(None);
            }
            let Some(&first) = moves.first() else { return judge(run).map(Some) };
            if moves.len() > 1 {
                let fork = Fork { run: Arc::new(run.clone()), picks: picks.clone(), moves, tried: 1 };
                lock(&self.waiting).push(fork);
                picks.push(0);
            }
            run.make(first)?;
        }
    }

    /// The next schedule that nobody has run.
    fn next(&self) -> Option<Branch<'a>> {
        let mut waiting = lock(&self.waiting);
        let fork = waiting.last_mut()?;
        let number = fork.tried;
        fork.tried += 1;
        let chosen = fork.moves.get(number).copied()?;
        let (run, mut picks) = if fork.tried < fork.moves.len() {
            (Arc::clone(&fork.run), fork.picks.clone())
        } else {
            let fork = waiting.pop()?;
            (fork.run, fork.picks)
        };
        drop(waiting);
        if let Ok(pick) = u16::try_from(number) {
            picks.push(pick);
        }
        // Whoever comes last need not make a copy.
        Some(Branch { run: Arc::unwrap_or_clone(run), picks, chosen })
    }

    /// Notes a state; whether nobody met it before.
    fn is_new(&self, fingerprint: u128) -> bool {
        let shard = usize::try_from(fingerprint % u128::from(SHARDS)).unwrap_or_default();
        let is_new = self.met.get(shard).is_some_and(|met| lock(met).insert(fingerprint));
        self.states.fetch_add(u64::from(is_new), Ordering::Relaxed);
        is_new
    }

    fn report(&self, picks: &[u16], violation: Violation, found: &mut Findings) {
        let schedule = Schedule::of_picks(self.scenario, self.machines, picks);
        let faults = schedule.faults();
        found.violations.push(Counterexample { schedule, faults, violation });
        if self.limits.violations > 0 && found.violations.len() >= self.limits.violations {
            self.is_over.store(true, Ordering::Relaxed);
        }
    }
}

impl Findings {
    /// What a search comes to that could not be finished because of a mistake in the explorer.
    #[must_use]
    pub fn of_a_mistake(scenario: &Scenario, what: &str) -> Self {
        let schedule = Schedule::usual(&scenario.name);
        let violation = Violation::mistake(what);
        Self { violations: vec![Counterexample { schedule, faults: 0, violation }], ..Self::default() }
    }

    fn note(&mut self, outcome: Outcome, run: &Run<'_>) {
        *self.outcomes.entry(outcome).or_default() += 1;
        self.attention += u64::from(run.witness.had_attention());
        self.endings.insert(run.ending());
    }

    /// Adds what another search has found.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.states += other.states;
        for (outcome, times) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += times;
        }
        self.attention += other.attention;
        self.endings.extend(other.endings);
        self.struck.extend(other.struck);
        self.violations.extend(other.violations);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
