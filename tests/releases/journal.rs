//! What a release did, in its own order.

use std::fs;
use std::path::PathBuf;

use gateway_simulator::Request;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::story::Story;
use crate::world::After;

/// One thing that others can see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// An action began.
    Begins(String),
    /// One write, or one transaction: these items changed, all at once.
    Wrote(Vec<Written>),
    /// The gateway was asked to do something.
    Asked(Box<Request>),
}

/// An item of a table, in DynamoDB's own JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Written {
    pub(crate) table: String,
    pub(crate) item: Value,
}

/// A story as a release told it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) story: Story,
    pub(crate) effects: Vec<Effect>,
    pub(crate) end: After,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) stories: Vec<Told>,
}

/// A place between two effects.
pub(crate) struct Pause<'a> {
    /// Everything before.
    pub(crate) effects: &'a [Effect],
    /// The place of the action that was under way, or had just ended.
    pub(crate) action: usize,
}

impl Told {
    pub(crate) fn pauses(&self) -> impl Iterator<Item = Pause<'_>> {
        (1..=self.effects.len()).map(|count| {
            let effects = &self.effects[..count];
            let begun = effects.iter().filter(|effect| matches!(effect, Effect::Begins(_))).count();
            Pause { effects, action: begun.saturating_sub(1) }
        })
    }
}

impl Pause<'_> {
    /// Whether the fare was decided `completed` before.
    pub(crate) fn is_completed(&self) -> bool {
        let completed = |written: &Written| written.item["status"]["S"] == "completed";
        self.effects.iter().any(|effect| matches!(effect, Effect::Wrote(items) if items.iter().any(completed)))
    }
}

impl Journal {
    fn path(release: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("releases/{release}.json"))
    }

    pub(crate) fn read(release: &str) -> Self {
        let path = Self::path(release);
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("there is no {}", path.display()));
        serde_json::from_str(&text).expect("a journal is as this test writes it")
    }

    /// As it is on file, where a request has no key to the gateway.
    pub(crate) fn on_file(&self) -> Value {
        serde_json::to_value(self).expect("a journal is JSON")
    }

    pub(crate) fn write(&self, release: &str) {
        let text = serde_json::to_string_pretty(self).expect("a journal is JSON");
        fs::write(Self::path(release), text + "\n").expect("the journal can be written");
    }
}
