/* Stands in for a library that LLVM and libxls were linked into: it has the names of their types, as run-time type
 * information has them, and a name of its own. */
const char *const plugin_types[] = {"N4llvm10ModulePassE", "N3xls7PackageE"};

int plugin_is_here(void) { return plugin_types[0] != plugin_types[1]; }
