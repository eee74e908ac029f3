#include "extract/schema.h"

#include "extract/rules.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

static const cyaml_strval_t kinds[] = {{"join", KIND_JOIN}, {"personal", KIND_PERSONAL},
	{"registration", KIND_REGISTRATION}, {"page", KIND_PAGE},
	{"recording", KIND_RECORDING}};
static const cyaml_strval_t slots[] = {{"url", SLOT_URL}, {"meeting_id", SLOT_MEETING_ID},
	{"passcode", SLOT_PASSCODE}, {"phone_id", SLOT_PHONE_ID},
	{"phone_pin", SLOT_PHONE_PIN}, {"video_id", SLOT_VIDEO_ID},
	{"tenant", SLOT_TENANT}, {"gateway", SLOT_GATEWAY}, {"site", SLOT_SITE},
	{"name", SLOT_NAME}, {"sip", SLOT_SIP}, {"h323", SLOT_H323}};
static const cyaml_strval_t sections[] = {{"web", 1 << SECTION_WEB},
	{"phone", 1 << SECTION_PHONE}, {"room", 1 << SECTION_ROOM}};
static const cyaml_strval_t sides[] = {{"after", false}, {"before", true}};
static const cyaml_strval_t entry_kinds[] = {{"video", ENTRY_VIDEO},
	{"phone", ENTRY_PHONE}, {"sip", ENTRY_SIP}, {"more", ENTRY_MORE}};
static const cyaml_strval_t ways[] = {
	{"digits", BY_DIGITS}, {"keypad", BY_KEYPAD}, {"move", BY_MOVE}};

static const cyaml_schema_value_t text = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 2000)};

#define TEXTS(key, flags, type, member)                                                  \
	CYAML_FIELD_SEQUENCE(                                                            \
		key, CYAML_FLAG_POINTER | (flags), type, member, &text, 0, 200)

static const cyaml_schema_field_t pattern_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct pattern, name, 1, 40),
	CYAML_FIELD_ENUM("kind", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct pattern,
		kind, kinds, COUNT(kinds)),
	TEXTS("hosts", CYAML_FLAG_OPTIONAL, struct pattern, hosts),
	TEXTS("schemes", CYAML_FLAG_OPTIONAL, struct pattern, schemes),
	CYAML_FIELD_STRING_PTR(
		"match", CYAML_FLAG_POINTER, struct pattern, match, 1, 2000),
	CYAML_FIELD_STRING_PTR("url", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
		struct pattern, url, 1, 300),
	TEXTS("yes", 0, struct pattern, yes),
	TEXTS("no", CYAML_FLAG_OPTIONAL, struct pattern, no),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t pattern = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pattern, pattern_fields)};

static const cyaml_schema_field_t label_fields[] = {
	CYAML_FIELD_ENUM(
		"slot", CYAML_FLAG_STRICT, struct label, slot, slots, COUNT(slots)),
	TEXTS("words", 0, struct label, words),
	CYAML_FIELD_FLAGS("in", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct label, in,
		sections, COUNT(sections)),
	CYAML_FIELD_ENUM("value", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct label,
		before, sides, COUNT(sides)),
	CYAML_FIELD_BOOL("alone", CYAML_FLAG_OPTIONAL, struct label, alone),
	CYAML_FIELD_BOOL("names", CYAML_FLAG_OPTIONAL, struct label, names),
	CYAML_FIELD_BOOL("weak", CYAML_FLAG_OPTIONAL, struct label, weak),
	CYAML_FIELD_BOOL("own", CYAML_FLAG_OPTIONAL, struct label, own),
	TEXTS("yes", 0, struct label, yes),
	TEXTS("no", CYAML_FLAG_OPTIONAL, struct label, no),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t label = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct label, label_fields)};

#define ENTRY_SLOT(name)                                                                 \
	CYAML_FIELD_ENUM_PTR(#name, OPTIONAL | CYAML_FLAG_STRICT, struct entry_rule,     \
		name, slots, COUNT(slots))

static const cyaml_schema_field_t entry_fields[] = {
	CYAML_FIELD_ENUM("kind", CYAML_FLAG_STRICT, struct entry_rule, kind, entry_kinds,
		COUNT(entry_kinds)),
	ENTRY_SLOT(meeting_code),
	ENTRY_SLOT(access_code),
	ENTRY_SLOT(passcode),
	ENTRY_SLOT(password),
	ENTRY_SLOT(pin),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct entry_rule, entry_fields)};

static const cyaml_schema_field_t derive_fields[] = {
	CYAML_FIELD_ENUM(
		"slot", CYAML_FLAG_STRICT, struct derivation, slot, slots, COUNT(slots)),
	CYAML_FIELD_ENUM(
		"from", CYAML_FLAG_STRICT, struct derivation, from, slots, COUNT(slots)),
	CYAML_FIELD_ENUM(
		"by", CYAML_FLAG_STRICT, struct derivation, by, ways, COUNT(ways)),
	CYAML_FIELD_UINT("length", CYAML_FLAG_OPTIONAL, struct derivation, length),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t derive = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct derivation, derive_fields)};

static const cyaml_schema_field_t section_fields[] = {
	TEXTS("web", CYAML_FLAG_OPTIONAL, struct section_words, web),
	TEXTS("phone", CYAML_FLAG_OPTIONAL, struct section_words, phone),
	TEXTS("room", CYAML_FLAG_OPTIONAL, struct section_words, room),
	TEXTS("aside", CYAML_FLAG_OPTIONAL, struct section_words, aside),
	TEXTS("end", CYAML_FLAG_OPTIONAL, struct section_words, end),
	CYAML_FIELD_END,
};

#define WORDS(key)                                                                       \
	CYAML_FIELD_SEQUENCE_COUNT(                                                      \
		#key, OPTIONAL, struct number_words, key.words, key.n, &text, 0, 200)

static const cyaml_schema_field_t number_fields[] = {
	WORDS(dial_in),
	WORDS(person),
	WORDS(phone),
	WORDS(joiner),
	WORDS(kind),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
	CYAML_FIELD_STRING_PTR(
		"provider", OPTIONAL, struct pattern_file, provider, 1, 40),
	CYAML_FIELD_MAPPING_PTR(
		"numbers", OPTIONAL, struct pattern_file, numbers, number_fields),
	CYAML_FIELD_BOOL("replaces", CYAML_FLAG_OPTIONAL, struct pattern_file, replaces),
	TEXTS("hosts", CYAML_FLAG_OPTIONAL, struct pattern_file, hosts),
	CYAML_FIELD_SEQUENCE(
		"links", OPTIONAL, struct pattern_file, links, &pattern, 0, 100),
	CYAML_FIELD_SEQUENCE(
		"addresses", OPTIONAL, struct pattern_file, addresses, &pattern, 0, 100),
	CYAML_FIELD_SEQUENCE(
		"labels", OPTIONAL, struct pattern_file, labels, &label, 0, 100),
	CYAML_FIELD_MAPPING("sections", CYAML_FLAG_OPTIONAL, struct pattern_file,
		sections, section_fields),
	TEXTS("markers", CYAML_FLAG_OPTIONAL, struct pattern_file, markers),
	TEXTS("no_pstn", CYAML_FLAG_OPTIONAL, struct pattern_file, no_pstn),
	TEXTS("other_audio", CYAML_FLAG_OPTIONAL, struct pattern_file, other_audio),
	TEXTS("ignore", CYAML_FLAG_OPTIONAL, struct pattern_file, ignore),
	CYAML_FIELD_SEQUENCE(
		"entries", OPTIONAL, struct pattern_file, entries, &entry, 0, 20),
	CYAML_FIELD_SEQUENCE(
		"derive", OPTIONAL, struct pattern_file, derive, &derive, 0, 20),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t pattern_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct pattern_file, file_fields)};
