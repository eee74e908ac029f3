/*
 * version: what this program calls itself
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef VERSION_H
#define VERSION_H

#define CONVOKE_VERSION "0.1.0"

#endif
