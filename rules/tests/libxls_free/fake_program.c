/* A program whose flags are under test. */
int main(void) { return 0; }
