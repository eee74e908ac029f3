/*
 * anonymise: an invite fit to be sent in, or kept as a fixture
 *
 * A copy with other names, addresses and numbers that is understood just as the original is,
 * which is tried before it is given away.
 *
 * Threads: one.
 */
#ifndef CLI_ANONYMISE_H
#define CLI_ANONYMISE_H

struct data_dirs;

/* `convoke extract --anonymise`: to standard output, or nothing at all. */
int anonymise_run(const struct data_dirs *dirs, const char *country, const char *path);

#endif
