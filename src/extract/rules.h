/*
 * rules: pattern files, compiled
 *
 * What the files of patterns/ say, one set a provider, with the two tables that an invite
 * is read by: hosts to rules, and words to their uses. Private to extract/.
 *
 * Owns:    struct rules owns all of it.
 * Threads: any; read-only after loading.
 */
#ifndef EXTRACT_RULES_H
#define EXTRACT_RULES_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "extract.h"

struct arena;

enum { RULES_MATCH_STEPS = 20000 /* of an expression, on one link */ };

enum {
	CAPTURE_KEY = N_SLOTS
}; /* `(?<key>…)`: tells two meetings apart, is never dialled */

/* What a link or an address is. */
enum rule_kind { KIND_JOIN, KIND_PERSONAL, KIND_REGISTRATION, KIND_PAGE, KIND_RECORDING };

/* The parts of an invite that a label may be bound to. */
enum section {
	SECTION_WEB,
	SECTION_PHONE,
	SECTION_ROOM,
	SECTION_ASIDE,
	SECTION_END,
	N_SECTIONS
};

/* Words that open each; the lists follow enum section. */
struct section_words {
	char **web, **phone, **room, **aside, **end;
	unsigned web_count, phone_count, room_count, aside_count, end_count;
};

/* A link (`match` is over path and query) or an address (over user@host). */
struct pattern {
	char *name;
	enum rule_kind kind;
	char **hosts, **schemes, **yes, **no;
	unsigned hosts_count, schemes_count, yes_count, no_count;
	char *match;
	char *url; /* a template of the link to say instead; NULL: the link itself */

	/* compiled */
	const char *label; /* "zoom/join", for evidence */
	const struct rule_set *set;
	bool overridden; /* a later file has one of the same name */
	pcre2_code *code;
	struct {
		uint32_t group;
		int slot; /* or CAPTURE_KEY */
	} captures[8];
	size_t n_captures;
};

/* A labelled value: `words`, then the value; or the value before them. */
struct label {
	enum slot slot;
	char **words, **yes, **no;
	unsigned words_count, yes_count, no_count;
	int in; /* a bit for each section; 0 any */
	bool before;
	bool alone; /* not behind another word: "WiFi password" is no "password" */
	bool names; /* the words name the provider: a meeting, even without a link */
	bool weak;  /* a word of many uses: says nothing against what is said elsewhere */
	bool own;   /* the number before it is meant, on this line or the one above */
	const char *label;
};

/* How a structured entry's fields map to slots. */
struct entry_rule {
	enum entry_kind kind;
	enum slot *meeting_code, *access_code, *passcode, *password, *pin;
};

/* A slot computed from another. */
struct derivation {
	enum slot slot, from;
	enum { BY_DIGITS, BY_KEYPAD, BY_MOVE } by; /* BY_MOVE: `from` has none then */
	unsigned length; /* characters of `from` that count, 0 all */
};

/* Words around telephone numbers. */
struct word_list {
	char **words;
	unsigned n;
};
struct number_words {
	struct word_list dial_in, person, phone, joiner, kind;
};

struct pattern_file {
	char *provider;               /* NULL: the file has `numbers` alone */
	struct number_words *numbers; /* or NULL */
	bool replaces;
	char **hosts;
	unsigned hosts_count;
	struct pattern *links, *addresses;
	unsigned links_count, addresses_count;
	struct label *labels;
	unsigned labels_count;
	struct section_words sections;
	char **markers, **no_pstn, **other_audio, **ignore;
	unsigned markers_count, no_pstn_count, other_audio_count, ignore_count;
	struct entry_rule *entries;
	unsigned entries_count;
	struct derivation *derive;
	unsigned derive_count;
};

/* All that is known of one provider, from every file that speaks of it. */
struct rule_set {
	const struct provider *provider;
	struct pattern_file *files[8];
	size_t n_files;
	size_t index; /* in rules->sets */
};

struct host_rule {
	const char *host; /* without "*." or "{slot}."; "meet.*", "*" as they are */
	bool wild;        /* its sub-domains, not itself */
	int slot;         /* that the sub-domain fills, or -1 */
	const struct pattern *pattern;
};

/*
 * USE_OTHER_AUDIO: "Conference code: 4455667" goes with the telephone numbers of another
 * company. USE_IGNORE: "Host PIN", so that the "PIN" in it is not read.
 */
enum use_kind {
	USE_LABEL,
	USE_SECTION,
	USE_MARKER,
	USE_NO_PSTN,
	USE_OTHER_AUDIO,
	USE_IGNORE
};

struct use {
	const struct rule_set *set;
	enum use_kind kind;
	const struct label *label; /* USE_LABEL */
	enum section section;      /* USE_SECTION */
};

struct phrase {
	const char *text; /* ASCII letters in lower case */
	size_t len;
	struct use *uses;
	size_t n_uses;
};

/* An access number that a provider publishes. */
struct listed {
	const char *digits; /* of its E.164 form */
	const struct rule_set *set;
};

struct rules {
	struct arena *arena;
	struct pattern_file **files;
	size_t n_files;
	struct rule_set *sets;
	size_t n_sets;
	struct host_rule *link_hosts,
		*address_hosts; /* sorted by host, exact before wild */
	size_t n_link_hosts, n_address_hosts;
	struct number_words words; /* of every file */
	struct listed *listed;     /* sorted by their last digits */
	size_t n_listed;
	struct phrase *phrases; /* by their first two bytes, longest first */
	size_t n_phrases;
	uint16_t *heads;  /* of two bytes: index of the first phrase + 1, or 0 */
	bool begins[256]; /* whether some phrase begins with that byte, in either case */
	pcre2_match_context *limits;
	struct rules_summary summary;
};

/* Values that a pattern captured, by slot; [CAPTURE_KEY] is its key. */
struct captures {
	const char *values[N_SLOTS + 1];
	bool open; /* by "meet.*" or "*": its host may be anybody's */
};

/* One unit of matching work: PCRE2's scratch space. */
struct matcher {
	const struct rules *rules;
	struct arena *arena;
	pcre2_match_data *data;
};
void matcher_init(struct matcher *m, const struct rules *rules, struct arena *a);
void matcher_release(struct matcher *m);

/*
 * Which pattern a link is, or NULL. `scheme`, `host` and `rest` as struct invite_link has
 * them; a URL with user information or a strange port is nobody's.
 */
/* "meet.lync.com.evil.example" begins like a host that some file names. */
bool match_look_alike(struct matcher *m, const char *host);
const struct pattern *match_link(
	struct matcher *m, const struct invite_link *link, struct captures *ret);
/* How an address is written, and whose patterns are asked. */
struct written {
	const char *scheme; /* "sip", "" for none */
	bool general;       /* those of no service of its own */
};
/* Likewise user@host, host in lower case. */
const struct pattern *match_address(struct matcher *m, const char *address,
	const struct written *written, struct captures *ret);

/* The table of phrases, of all files in force. */
void words_index(struct rules *r);

/* Words found in a part's text. */
struct words_hit {
	uint32_t at, len;
	const struct phrase *phrase;
};

/* Phrases in text[*from…n), in order, also within another; where several begin, the longest
 * first. Returns how many, at most `max`; *from is n, or where to go on. */
size_t words_find(const struct rules *r, const char *text, size_t n, size_t *from,
	struct words_hit *ret, size_t max);

/* Whose published access number digits as printed are, with or without the country; NULL for
 * nobody's. */
const struct rule_set *listed_find(const struct rules *r, const char *digits);

/* Runs every yes and no line of one set. `bytes` and `path` are the file's, for the
 * error. */
int rules_prove(const struct rules *r, const struct rule_set *set,
	const struct pattern_file *file, const char *path, const char *bytes,
	size_t *ret_proofs, struct err *err);

/* Finds what later files override, and builds the tables of hosts and words. */
void rules_index(struct rules *r);

/* Compiles `match`, anchored at both ends: a link's may be followed by / ? # or &. */
int pattern_compile(struct pattern *p, bool is_address, const struct rule_set *set,
	struct arena *a, const char *path, const char *bytes, struct err *err);

#endif
