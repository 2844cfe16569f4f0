//! The command line of weir.
//!
//! Standard output is data, standard error is talk. Exit status: 0 done, 1 failed, 2 bad
//! arguments or input, 3 refused by a rule or a check.

use std::process::ExitCode;

use clap::Parser as _;

mod args;
mod clock;
mod commands;
mod exit;
mod talk;

/// Batches are large, short-lived and freed by other threads than those that made them, which the
/// system's allocator answers by returning and clearing pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let talk = talk::Talk::new(&args.global);
    let done = match &args.command {
        args::Command::New(new) => commands::new::run(new, &args.global, &talk),
        args::Command::Deidentify(deidentify) => {
            commands::deidentify::run(deidentify, &args.global, &talk)
        }
        args::Command::Hierarchy(hierarchy) => {
            commands::hierarchy::run(hierarchy, &args.global, &talk)
        }
        args::Command::Inspect(inspect) => commands::inspect::run(inspect, &args.global, &talk),
        args::Command::Plan(plan) => commands::plan::run(plan, &args.global, &talk),
        args::Command::Release(release) => commands::release::run(release, &args.global, &talk),
        args::Command::Risk(risk) => commands::risk::run(risk, &args.global, &talk),
        args::Command::Attack(attack) => commands::attack::run(attack, &args.global, &talk),
        args::Command::Law(law) => commands::law::run(law, &args.global, &talk),
        args::Command::Documents(documents) => {
            commands::documents::run(documents, &args.global, &talk)
        }
        args::Command::Verify(verify) => commands::verify::run(verify, &args.global, &talk),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            talk.failure(&failure);
            failure.exit.into()
        }
    }
}
