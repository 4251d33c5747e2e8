//! Which faults are still to strike, and which request meets one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::{Fault, Point};
use crate::route::Operation;

/// A fault planned for requests to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Misbehaviour {
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// The requests that it is for; any that the fault [concerns](Fault::concerns) if `None`.
    pub operation: Option<Operation>,
    /// How many such requests pass first.
    pub skip: u32,
    /// How many it strikes then.
    pub times: u32,
}

/// A fault that a payment method brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Habit {
    /// `Authorise` is for confirmations too.
    pub(crate) operation: Operation,
    pub(crate) fault: Fault,
    /// How many requests of a payment it strikes; every one if `None`.
    pub(crate) times: Option<u32>,
}

/// One request, as far as the choice of a fault goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) operation: Operation,
    /// Whether the request will execute, rather than get a kept answer or be turned away.
    pub(crate) executes: bool,
    /// What the payment method brings along, with a name for the payment under which strikes are counted.
    pub(crate) habit: Option<(Habit, &'a str)>,
}

/// What is planned, and how often the payment methods' faults have struck.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Mischief {
    planned: Vec<Misbehaviour>,
    struck: BTreeMap<(Habit, String), u32>,
}

impl Mischief {
    /// Plans one more, after those already planned.
    pub(crate) fn plan(&mut self, misbehaviour: Misbehaviour) {
        self.planned.push(misbehaviour);
        self.planned.retain(|planned| planned.times > 0);
    }

    /// Forgets what is planned. What a payment method brings along stays counted.
    pub(crate) fn forget(&mut self) {
        self.planned.clear();
    }

    /// What is still to strike, first planned first.
    pub(crate) fn planned(&self) -> &[Misbehaviour] {
        &self.planned
    }

    /// The fault that this request meets, which is counted. What is planned comes before what a payment method brings
    /// along, and what was planned first comes first; a plan that another one has forestalled does not count the request.
    pub(crate) fn strike(&mut self, occasion: Occasion<'_>) -> Option<Fault> {
        let planned = self.planned_for(occasion);
        planned.or_else(|| self.habitual(occasion))
    }

    fn planned_for(&mut self, occasion: Occasion<'_>) -> Option<Fault> {
        for (index, plan) in self.planned.iter_mut().enumerate() {
            let wanted = plan.operation.is_none_or(|operation| operation == occasion.operation);
            if !wanted || !plan.fault.concerns(occasion.operation) || !occasion.reaches(plan.fault) {
                continue;
            }
            if plan.skip > 0 {
                plan.skip -= 1;
                continue;
            }
            let fault = plan.fault;
            plan.times -= 1;
            if plan.times == 0 {
                self.planned.remove(index);
            }
            return Some(fault);
        }
        None
    }

    fn habitual(&mut self, occasion: Occasion<'_>) -> Option<Fault> {
        let (habit, payment) = occasion.habit?;
        if !occasion.reaches(habit.fault) {
            return None;
        }
        if let Some(times) = habit.times {
            let struck = self.struck.entry((habit, payment.to_owned())).or_default();
            if *struck >= times {
                return None;
            }
            *struck += 1;
        }
        Some(habit.fault)
    }
}

impl Occasion<'_> {
    /// Whether the request comes to the point where this fault strikes.
    fn reaches(self, fault: Fault) -> bool {
        match fault.point() {
            Point::InFront | Point::Answer => true,
            Point::Execution | Point::Issuer => self.executes,
        }
    }
}
