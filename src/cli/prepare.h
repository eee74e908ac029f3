/*
 * prepare: what a calendar server's administrator has to allow
 *
 * One script, or steps, for exactly the rooms that were named: to be read, run, checked, and
 * undone by who may do so there. Nothing is changed here.
 *
 * Threads: one.
 */
#ifndef CLI_PREPARE_H
#define CLI_PREPARE_H

#include "cli/args.h"

/* `convoke link prepare LINK [ROOM…]` */
int prepare_run(struct cli_args *args);

#endif
