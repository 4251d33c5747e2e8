//! The colours, for light and dark.

use super::super::model::StateKind;

/// Everything that is a matter of taste. What cannot read the second half draws for light ground.
pub(super) const STYLE: &str = "
text{font-family:sans-serif;fill:#1b1f24}
.title{font-size:15px;font-weight:bold}
.name{font-size:13px;font-weight:bold;text-anchor:middle}
.kind{font-size:11px;text-anchor:middle;fill:#57606a}
.label{font-size:11px;fill:#3d444d}
.number{font-size:11px;font-weight:bold;text-anchor:middle;fill:#ffffff}
.ground{fill:#ffffff}
.line{fill:none;stroke-width:1.5}
.way{stroke:#57606a}
.caught{stroke:#b3261e;stroke-dasharray:5 4}
.head{stroke:none}
.head.way{fill:#57606a}
.head.caught{fill:#b3261e}
.start{fill:#1b1f24}
.box{stroke-width:1.5;fill:#f6f8fa;stroke:#57606a}
.task{fill:#eaf2ff;stroke:#2f5f9e}
.choice{fill:#fff6dc;stroke:#8a6400}
.good{fill:#e5f6ea;stroke:#22703f}
.fail{fill:#fdecea;stroke:#b3261e}
.missing{fill:#ffffff;stroke:#b3261e;stroke-dasharray:3 3}
.badge{fill:#0b57d0}
.line.taken{stroke-width:3.5;stroke:#0b57d0}
.head.taken{fill:#0b57d0}
.box.taken{stroke-width:3;stroke:#0b57d0}
.label.taken{font-weight:bold;fill:#0b57d0}
.line.dim{stroke:#d0d7de}
.head.dim{fill:#d0d7de}
.line.under{stroke:#ffffff}
.box.dim{fill:#fafbfc;stroke:#d0d7de}
text.dim{fill:#9aa3ad}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.kind{fill:#9da7b3}
.label{fill:#c3ccd6}
.number{fill:#0d1117}
.ground{fill:#0d1117}
.way{stroke:#9da7b3}
.caught{stroke:#ff8a80}
.head.way{fill:#9da7b3}
.head.caught{fill:#ff8a80}
.start{fill:#e6edf3}
.box{fill:#161b22;stroke:#9da7b3}
.task{fill:#10233f;stroke:#79aef0}
.choice{fill:#2e2405;stroke:#d9a520}
.good{fill:#0c2a17;stroke:#5cc483}
.fail{fill:#361311;stroke:#ff8a80}
.missing{fill:#0d1117;stroke:#ff8a80}
.badge{fill:#8ab4ff}
.line.taken{stroke:#8ab4ff}
.head.taken{fill:#8ab4ff}
.box.taken{stroke:#8ab4ff}
.label.taken{fill:#8ab4ff}
.line.dim{stroke:#30363d}
.head.dim{fill:#30363d}
.line.under{stroke:#0d1117}
.box.dim{fill:#0d1117;stroke:#30363d}
text.dim{fill:#6e7681}
}
";

/// The class of a box.
pub(super) fn class(kind: &StateKind) -> &'static str {
    match kind {
        StateKind::Task | StateKind::Parallel | StateKind::Map => "task",
        StateKind::Choice => "choice",
        StateKind::Pass | StateKind::Wait => "pass",
        StateKind::Succeed => "good",
        StateKind::Fail => "fail",
        StateKind::Untyped | StateKind::Missing => "missing",
    }
}
