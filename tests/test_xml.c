#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/xml.h"

static int
read_text(const char *s, struct xml_document **ret, struct err *err)
{
	*ret = NULL;
	return xml_read(s, strlen(s), ret, err);
}

static void
elements_are_found_by_namespace(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct xml_document *d;
	struct err err;
	assert_int_equal(
		read_text("\xef\xbb\xbf<?xml version=\"1.0\" encoding='UTF-8'?>"
			  "<a:r xmlns:a='urn:a' xmlns='urn:b'><x>b</x><a:x i='1' "
			  "a:j='2'>one"
			  "<y/><![CDATA[<two>]]>&amp;&#233;</a:x><a:x/>text</a:r>",
			&d, &err),
		ERR_NONE);
	const struct xml_node *r = xml_root(d);
	assert_true(xml_is(r, "urn:a", "r"));
	assert_false(xml_is(r, "urn:b", "r"));
	const struct xml_node *x = xml_child(r, "urn:a", "x");
	size_t n;
	assert_string_equal(xml_text(a, x, &n), "one<two>&\xc3\xa9");
	assert_int_equal(n, 11);
	assert_string_equal(xml_attribute(x, "i"), "1");
	assert_null(xml_attribute(x, "j"));
	x = xml_next(x, "urn:a", "x");
	assert_string_equal(xml_text(a, x, NULL), "");
	assert_null(xml_next(x, "urn:a", "x"));
	assert_string_equal(xml_text(a, xml_child(r, "urn:b", "x"), NULL), "b");
	assert_null(xml_child(r, NULL, "x"));
	assert_true(xml_is(xml_child(r, NULL, NULL), "urn:b", "x"));
	assert_null(xml_child(NULL, "urn:a", "x"));
	assert_null(xml_text(a, NULL, &n));
	assert_null(xml_attribute(NULL, "i"));
	xml_free(d);
	xml_free(NULL);
	arena_free(a);
}

/* Exchange sends these in bodies and subjects; the rest of the document stands. */
static void
forbidden_characters_are_dropped(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct xml_document *d;
	struct err err;
	assert_int_equal(read_text("<r><s>a&#x0;b&#x1;&#xB;c&#x1F;&#xFFFF;&#xD800;\x01&#"
				   "233;</s><t>2</t></r>",
				 &d, &err),
		ERR_NONE);
	const struct xml_node *s = xml_child(xml_root(d), NULL, "s");
	assert_string_equal(xml_text(a, s, NULL), "abc\xc3\xa9");
	assert_string_equal(xml_text(a, xml_next(s, NULL, "t"), NULL), "2");
	xml_free(d);
	arena_free(a);
}

/* libxml2, told to recover, loses every named reference after the first of them. */
static void
nothing_else_is_lost_with_them(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct xml_document *d;
	struct err err;
	assert_int_equal(
		read_text(
			"<r b='&#0;q&lt;\x02'><!-- \x03 &#x0; --><?p \x04?><s>&#x0;</s>"
			"<t i='x &amp; y'>&lt;p&gt;a &amp;amp; b&#x3c;&quot;&#00000;</t>"
			"<u><![CDATA[&#x0;\x05<v>]]>&#x1F600;&amp;#x0;\xef\xbf\xbe</u></r>",
			&d, &err),
		ERR_NONE);
	const struct xml_node *t = xml_child(xml_root(d), NULL, "t");
	assert_string_equal(xml_attribute(xml_root(d), "b"), "q<");
	assert_string_equal(xml_attribute(t, "i"), "x & y");
	assert_string_equal(xml_text(a, t, NULL), "<p>a &amp; b<\"");
	assert_string_equal(xml_text(a, xml_next(t, NULL, "u"), NULL),
		"&#x0;<v>\xf0\x9f\x98\x80&#x0;");
	xml_free(d);
	/* What only looks like one is a fault like any other. */
	static const char *const bad[] = {"<r>&#x;</r>", "<r>&#;</r>", "<r>&#x0</r>",
		"<r>&#0x0;</r>", "<r>&#x0;&</r>", "<r>&#x0;<s></r>", "<r/>&#x41;"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(read_text(bad[i], &d, &err), ERR_BAD_REPLY);
	arena_free(a);
}

static void
no_beginning_of_a_document_is_one(void **state)
{
	(void)state;
	static const char text[] =
		"<?xml version=\"1.0\"?><!-- c --><a x=\"1>\"><b>t&#x0;&lt;</b>"
		"<![CDATA[d]]><c/></a>";
	struct xml_document *d;
	struct err err;
	for (size_t n = 0; n < sizeof text - 1; n++) {
		char *copy = malloc(n + 1);
		memcpy(copy, text, n);
		d = NULL;
		assert_int_equal(xml_read(copy, n, &d, &err), ERR_BAD_REPLY);
		assert_null(d);
		free(copy);
	}
	assert_int_equal(read_text(text, &d, &err), ERR_NONE);
	xml_free(d);
}

static void
what_is_not_for_us_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><r>&e;</r>",
		"<!DOCTYPE r><r/>",
		"<r>&e;</r>",
		"<r><!ENTITY e 'x'></r>",
		"<?xml version='1.0' encoding='ISO-2022-JP'?><r/>",
		"<?xml version='1.0' encoding='UTF-16'?><r/>",
		"<r>\xff</r>",
		"<r>\xc3</r>",
		"<r>\xed\xa0\x80</r>",
		"<r x='1' x='2'/>",
		"<p:r/>",
		"<r/><r/>",
		"<r></s>",
		"<r/>tail",
		"{\"a\":1}",
		"<html><p>login</html>",
		"+ADw-r/+AD4-",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct xml_document *d;
		struct err err = {.grade = ERR_NONE};
		int grade = read_text(bad[i], &d, &err);
		if (grade != ERR_BAD_REPLY)
			fail_msg("took %s", bad[i]);
		assert_string_equal(err.code, "bad_xml");
		assert_null(d);
	}
	struct xml_document *d = NULL;
	assert_int_equal(xml_read("<r>\0</r>", 8, &d, NULL), ERR_BAD_REPLY);
}

static void
limits_hold(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct buf b;
	struct xml_document *d;
	struct err err;

	for (int depth = XML_MAX_DEPTH; depth <= XML_MAX_DEPTH + 1; depth++) {
		buf_init(&b, a);
		for (int i = 0; i < depth; i++)
			buf_str(&b, "<e>");
		for (int i = 0; i < depth; i++)
			buf_str(&b, "</e>");
		assert_int_equal(read_text(b.s, &d, &err),
			depth <= XML_MAX_DEPTH ? ERR_NONE : ERR_LIMIT);
		xml_free(d);
	}
	for (int many = XML_MAX_ATTRIBUTES; many <= XML_MAX_ATTRIBUTES + 1; many++) {
		buf_init(&b, a);
		buf_str(&b, "<e");
		for (int i = 0; i < many; i++)
			buf_printf(&b, " a%d='='", i);
		buf_str(&b, "/>");
		assert_int_equal(read_text(b.s, &d, &err),
			many <= XML_MAX_ATTRIBUTES ? ERR_NONE : ERR_LIMIT);
		xml_free(d);
	}
	buf_init(&b, a);
	buf_str(&b, "<r>");
	for (int i = 1; i < XML_MAX_ELEMENTS; i++)
		buf_str(&b, "<e/>");
	size_t before = b.n;
	buf_str(&b, "</r>");
	assert_int_equal(read_text(b.s, &d, &err), ERR_NONE);
	xml_free(d);
	b.n = before;
	buf_str(&b, "<e/></r>");
	assert_int_equal(read_text(b.s, &d, &err), ERR_LIMIT);

	buf_init(&b, a);
	buf_str(&b, "<r a='");
	for (int i = 0; i < XML_MAX_TAG; i++)
		buf_char(&b, 'x');
	buf_str(&b, "'/>");
	assert_int_equal(read_text(b.s, &d, &err), ERR_LIMIT);

	char *large = calloc(1, XML_MAX_BYTES + 1);
	assert_int_equal(xml_read(large, XML_MAX_BYTES + 1, &d, &err), ERR_LIMIT);
	free(large);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_found_by_namespace),
		cmocka_unit_test(forbidden_characters_are_dropped),
		cmocka_unit_test(nothing_else_is_lost_with_them),
		cmocka_unit_test(no_beginning_of_a_document_is_one),
		cmocka_unit_test(what_is_not_for_us_is_refused),
		cmocka_unit_test(limits_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
