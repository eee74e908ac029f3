/*
 * answer: what meeting.join and meeting.dial said, for people
 *
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "cli/cli.h"

/* Calls, and prints the answer as text or JSON. CLI_DONE for a join, CLI_NO for anything
 * that has to be asked first. */
int answer_ask(const char *method, const struct cli_args *args);

/* Likewise of an answer that is at hand, as text. */
void answer_show(const json_t *answer);

#endif
