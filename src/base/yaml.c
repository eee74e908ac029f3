#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* libcyaml says what is wrong in its first message, and where in the second of its trace. */
struct complaint {
	char words[200];
	int line;
};

static void
hear(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	(void)level;
	struct complaint *c = ctx;
	char text[256];
	vsnprintf(text, sizeof text, fmt, args);
	text[strcspn(text, "\n")] = '\0';
	const char *at = strstr(text, "line: ");
	if (at != NULL && c->line == 0)
		c->line = atoi(at + strlen("line: "));
	if (c->words[0] == '\0')
		snprintf(c->words, sizeof c->words, "%.190s",
			strncmp(text, "Load: ", 6) == 0 ? text + 6 : text);
}

static cyaml_config_t
config_for(struct complaint *c)
{
	return (cyaml_config_t){.log_fn = hear,
		.log_ctx = c,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_WARNING};
}

int
yaml_load(const char *path, const char *bytes, size_t size, const cyaml_schema_value_t *schema,
	void **ret, struct err *err)
{
	struct complaint c = {.line = 0};
	cyaml_config_t config = config_for(&c);
	void *data = NULL;
	cyaml_err_t r = cyaml_load_data((const uint8_t *)bytes, size, &config, schema, &data, NULL);
	if (r == CYAML_OK && data != NULL) {
		*ret = data;
		return ERR_NONE;
	}
	if (r == CYAML_OK)
		snprintf(c.words, sizeof c.words, "the file is empty");
	err_set(err, ERR_CONFIG, "bad_file", "%s:%d: %s", path, c.line > 0 ? c.line : 1,
		c.words[0] != '\0' ? c.words : cyaml_strerror(r));
	err_cure(err, "Correct that line; a key may stand once, and only those that the format "
		      "has. `convoke check` reads the files again.");
	return ERR_CONFIG;
}

void
yaml_free(const cyaml_schema_value_t *schema, void *data)
{
	struct complaint c = {.line = 0};
	cyaml_config_t config = config_for(&c);
	if (data != NULL)
		cyaml_free(&config, schema, data, 0);
}

int
yaml_line(const char *bytes, const char *text)
{
	const char *at = strstr(bytes, text);
	int line = 1;
	for (const char *p = bytes; at != NULL && p < at; p++)
		line += *p == '\n';
	return line;
}
