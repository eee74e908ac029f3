/*
 * param: whether a request's parameters are what its method takes
 *
 * Threads: any.
 */
#ifndef SERVE_PARAM_H
#define SERVE_PARAM_H

#include "serve/rpc.h"

/* False after call_fail: which one is wrong, and what is allowed. */
bool params_check(struct call *c, const struct method *m, const json_t *params);

#endif
