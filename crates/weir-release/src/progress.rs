//! Telling people how far the work is.

use std::time::Duration;

use serde::Serialize;
use weir_search::search::Reached;
use weir_types::Bilingual;

/// The steps of a release, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Reading everything once: types, values, digests.
    Read,
    /// Saying what each column holds, and which columns tell another.
    Inspect,
    /// Counting the histogram.
    Count,
    /// Searching the least generalisation.
    Search,
    /// Measuring other combinations of levels beside the one that was taken.
    Weigh,
    /// Writing the released files.
    Write,
    /// Reading them back and measuring.
    Measure,
    /// Measuring what the release is still good for.
    Compare,
    /// Trying attacks on the released bytes.
    Attack,
    /// Deciding, reporting, signing, logging, publishing.
    Seal,
}

impl Stage {
    /// All steps, in order.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Inspect,
        Self::Count,
        Self::Search,
        Self::Weigh,
        Self::Write,
        Self::Measure,
        Self::Compare,
        Self::Attack,
        Self::Seal,
    ];

    /// The step in words.
    pub fn label(self) -> Bilingual {
        match self {
            Self::Read => Bilingual::new("读取", "reading"),
            Self::Inspect => Bilingual::new("识别各列", "inspecting columns"),
            Self::Count => Bilingual::new("统计组合", "counting"),
            Self::Search => Bilingual::new("寻找最小泛化", "searching the least generalisation"),
            Self::Weigh => Bilingual::new("比较其他组合", "comparing choices"),
            Self::Write => Bilingual::new("写出", "writing"),
            Self::Measure => Bilingual::new("回读并度量", "reading back and measuring"),
            Self::Compare => Bilingual::new("对照原始数据", "comparing with the original"),
            Self::Attack => Bilingual::new("试验攻击", "trying attacks"),
            Self::Seal => Bilingual::new("判定并封存", "deciding and sealing"),
        }
    }
}

/// Where progress is shown. All methods may be called from many threads.
pub trait Progress: Sync {
    /// A step begins; `rows` it has to go through, where that is known.
    fn begin(&self, stage: Stage, rows: Option<u64>);

    /// Rows done so far in the current step.
    fn rows(&self, done: u64);

    /// How far the search is, which goes through combinations of levels and not through rows.
    fn searched(&self, reached: &Reached);

    /// The current step has ended.
    fn end(&self);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: Option<u64>) {}
    fn rows(&self, _: u64) {}
    fn searched(&self, _: &Reached) {}
    fn end(&self) {}
}

/// How long a step took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageTime {
    /// The step.
    pub name: Stage,
    /// Seconds of wall-clock time.
    pub seconds: f64,
    /// Processor seconds over all threads, where the system tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
}

/// Takes the time of steps and passes their progress on.
pub(crate) struct Stages<'a> {
    pub(crate) progress: &'a dyn Progress,
    pub(crate) clock: &'a dyn crate::clock::Clock,
    pub(crate) times: Vec<StageTime>,
}

impl<'a> Stages<'a> {
    pub(crate) fn new(progress: &'a dyn Progress, clock: &'a dyn crate::clock::Clock) -> Self {
        Self { progress, clock, times: Vec::new() }
    }

    /// Runs one step.
    pub(crate) fn run<T, E>(
        &mut self,
        stage: Stage,
        rows: Option<u64>,
        step: impl FnOnce(&(dyn Fn(u64) + Sync)) -> Result<T, E>,
    ) -> Result<T, E> {
        let progress = self.progress;
        progress.begin(stage, rows);
        let (from, cpu_from) = (self.clock.elapsed(), self.clock.cpu());
        let result = step(&|done| progress.rows(done));
        let taken: Duration = self.clock.elapsed().saturating_sub(from);
        let cpu = cpu_from.and_then(|from| Some(self.clock.cpu()?.saturating_sub(from)));
        let cpu_seconds = cpu.map(|cpu| cpu.as_secs_f64());
        progress.end();
        self.times.push(StageTime { name: stage, seconds: taken.as_secs_f64(), cpu_seconds });
        result
    }
}
