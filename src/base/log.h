/*
 * log: one event, one line, on standard error
 *
 * A line is a level, then key=value pairs, then words: log_info("room=%s synced", name).
 * Under systemd the level is the "<6>" that the journal reads. Never a body, a token or a
 * passcode; control characters in what is logged are written as \xNN.
 *
 * Threads: any; a line is one write.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_threshold(enum log_level most_talkative); /* LOG_LEVEL_INFO at first */
void log_write(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_write(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
