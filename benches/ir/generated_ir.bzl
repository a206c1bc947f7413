"""The rule `generated_ir`: a kernel that is too large to be kept as a file."""

visibility("//benches/...")

def _impl(ctx):
    ir = ctx.actions.declare_file(ctx.label.name + ".ir")
    args = ctx.actions.args()
    args.add(ctx.label.name)
    args.add(ir)
    ctx.actions.run(
        arguments = [args],
        env = {},
        executable = ctx.executable._tool,
        mnemonic = "GenerateIr",
        outputs = [ir],
        progress_message = "Generating %{output}",
        toolchain = None,
    )
    return [DefaultInfo(files = depset([ir]))]

generated_ir = rule(
    implementation = _impl,
    attrs = {
        "_tool": attr.label(
            cfg = "exec",
            default = Label("//benches/ir:generate_ir"),
            doc = "The generator.",
            executable = True,
        ),
    },
    doc = "Writes the kernel that is called as the target is.",
)
