/*
 * cloud: a link to a cloud, in a link's own words
 *
 * An administrator names a tenant or a key file; the daemon wants addresses.
 *
 * Threads: one.
 */
#ifndef CLI_CLOUD_H
#define CLI_CLOUD_H

#include "cli/args.h"

/* Fills url and token_url where they were not given, and takes out what only it reads.
 * CLI_DONE; else what is missing was said. `kind` may be any. */
int cloud_complete(struct cli_args *args, const char *kind);

/* With the secret there: Google's key file says whose it is. */
int cloud_name_user(struct cli_args *args, const char *kind);

/* Whether a link of that kind proves who it is. */
bool cloud_needs_secret(const char *kind);

#endif
