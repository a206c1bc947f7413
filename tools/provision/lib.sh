# Shared by the stages: messages, and the machinery that makes each stage all-or-nothing. Sourced by provision.sh.

say() { echo "bazelw: $*" >&2; }

die() {
  echo "bazelw: error: $*" >&2
  exit 1
}

# The digest of files and words, to tell whether what a stage was made from has changed.
digest() { sha256sum | cut -c1-16; }

# stage NAME INPUTS "what it does (how big)": runs `make_NAME OUT`, which fills the empty folder OUT, and renames OUT to
# $prefix/NAME. Skipped if the last whole run had the same INPUTS and the same scripts. After an interruption nothing is
# half there: the stamp is written last, and a folder without its stamp is made anew.
stage() {
  stage_name=$1
  stage_key=$({ cat "$here/lib.sh" "$here/$stage_name.sh"; echo "$2"; } | digest)
  if [ "$(cat "$prefix/stamps/$stage_name" 2>/dev/null)" = "$stage_key" ]; then
    return
  fi
  say "$3"
  rm -rf "$prefix/stamps/$stage_name" "$prefix/$stage_name.new"
  mkdir -p "$prefix/stamps" "$prefix/$stage_name.new"
  . "$here/$stage_name.sh"
  "make_$stage_name" "$prefix/$stage_name.new"
  rm -rf "${prefix:?}/$stage_name"
  mv "$prefix/$stage_name.new" "$prefix/$stage_name"
  echo "$stage_key" > "$prefix/stamps/$stage_name.new"
  mv "$prefix/stamps/$stage_name.new" "$prefix/stamps/$stage_name"
}
