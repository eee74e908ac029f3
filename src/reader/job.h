/*
 * job: what the core and a reader say to each other
 *
 * A frame is its length, four bytes, little-endian, and that many bytes of record. The
 * reader says first, in one frame, whether it could start; then each job gets one answer.
 *
 * Threads: any.
 */
#ifndef READER_JOB_H
#define READER_JOB_H

enum { JOB_FD = 3, JOB_HEAD = 4 };

/* The first value of a job, then: */
enum job {
	JOB_READ,   /* kind, op, country, bytes; answered by a reply */
	JOB_INVITE, /* name, country, explain, bytes; answered by an invite */
	JOB_PROVE, /* what to try; answered by nothing more than the err that every answer
		      has */
	N_JOBS
};

enum {
	JOB_MAX_NAME =
		4096, /* bytes of a file's name, which only has to be told from others */
	JOB_OVERHEAD = 8192, /* of a job beside its bytes */
};

#define JOB_ARGUMENT "--convoke-reader"

#endif
