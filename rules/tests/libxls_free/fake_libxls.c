/* Stands in for libxls: a shared library that is named like it and has one symbol like its own. */
int xls_is_here(void) { return 1; }
