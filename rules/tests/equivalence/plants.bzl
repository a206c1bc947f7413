"""Artefacts that are not what they say they are."""

load("//rules:defs.bzl", "XlsAotInfo")

def _planted_artefact_impl(ctx):
    code = ctx.attr.code[XlsAotInfo]
    description = ctx.attr.description[XlsAotInfo]
    object = code.object
    if ctx.attr.is_believed:
        object = ctx.actions.declare_file(ctx.label.name + ".o")
        args = ctx.actions.args()
        args.add_all([code.object, code.metadata, description.metadata, object])
        ctx.actions.run(
            arguments = [args],
            env = {},
            executable = ctx.executable._relabel,
            inputs = [code.object, code.metadata, description.metadata],
            mnemonic = "Relabel",
            outputs = [object],
        )
    return [XlsAotInfo(
        backend = code.backend,
        crate_name = code.crate_name,
        dslx = description.dslx,
        input = description.input,
        metadata = code.metadata,
        object = object,
        symbol_salt = code.symbol_salt,
        target_triple = code.target_triple,
        tops = code.tops,
        wrapper = code.wrapper,
    )]

planted_artefact = rule(
    implementation = _planted_artefact_impl,
    attrs = {
        "code": attr.label(
            doc = "The artefact whose object this one has.",
            mandatory = True,
            providers = [XlsAotInfo],
        ),
        "description": attr.label(
            doc = "The artefact whose input this one has.",
            mandatory = True,
            providers = [XlsAotInfo],
        ),
        "is_believed": attr.bool(
            doc = "Whether the object states the hash of that input.",
            mandatory = True,
        ),
        "_relabel": attr.label(
            cfg = "exec",
            default = ":relabel",
            executable = True,
        ),
    },
    doc = "An artefact whose object was compiled from another input than it has.",
    provides = [XlsAotInfo],
)
