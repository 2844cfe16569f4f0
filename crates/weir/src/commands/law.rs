//! `weir law`.

mod explain;
mod list;
pub(super) mod load;
mod new;
mod test;

use crate::args::{Global, Law, LawCommand};
use crate::exit::{Exit, Failure};
use crate::talk::Talk;

pub(crate) fn run(args: &Law, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    match &args.command {
        LawCommand::List(args) => list::rules(args, global, talk),
        LawCommand::Facts(args) => list::facts(args, global, talk),
        LawCommand::Show(args) => list::show(args, global, talk),
        LawCommand::Explain(args) => explain::run(args, global, talk),
        LawCommand::Test(args) => test::run(args, global, talk),
        LawCommand::Diff(args) => test::diff(args, global, talk),
        LawCommand::New(args) => new::run(args, talk),
    }
}
