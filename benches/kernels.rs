//! Measures the kernels with the tools that Bazel builds: `./bazelw run --config=release //benches:kernels -- [OPTION...]`. The
//! options are those of `bench_kernels`.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

fn main() {
    let program = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set by the Bazel target"));
    let mut command = Command::new(program("BENCH_KERNELS"));
    command.arg("--out").arg(std::env::temp_dir().join("xls_aot_bench_kernels"));
    command.args(["--tool", &program("XLS_AOT"), "--libxls-tool", &program("XLS_AOT_XLSYNTH")]);
    // It returns only if the program cannot be started.
    panic!("{}", command.args(std::env::args_os().skip(1)).exec());
}
