#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "invite.h"
#include "invite/wrappers.h"

static const struct invite *
clean(struct arena *a, enum event_body_kind kind, const char *s, size_t n)
{
	struct event_body *body = arena_one(a, struct event_body);
	struct event *event = arena_one(a, struct event);
	*body = (struct event_body){kind, "body", s, n};
	*event = (struct event){.id = "1", .bodies = body, .n_bodies = 1};
	return invite_clean(a, event);
}

/* The lines of a part: "> " for each depth, then [f]orwarded, [s]ignature, [h]idden. */
static const char *
lines(struct arena *a, const struct invite_part *p)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < p->n_lines; i++) {
		const struct invite_line *l = &p->lines[i];
		if (i > 0)
			buf_char(&b, '\n');
		for (unsigned q = 0; q < l->quote; q++)
			buf_str(&b, "> ");
		buf_str(&b, l->forwarded ? "[f]" : "");
		buf_str(&b, l->signature ? "[s]" : "");
		buf_str(&b, l->hidden ? "[h]" : "");
		buf_add(&b, p->text + l->at, l->len);
	}
	return b.s;
}

/* "url host [wrapper] !mismatch", a line for each link. */
static const char *
links(struct arena *a, const struct invite *invite)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < invite->n_links; i++) {
		const struct invite_link *l = &invite->links[i];
		if (i > 0)
			buf_char(&b, '\n');
		buf_printf(&b, "%s %s", l->url, l->host[0] != '\0' ? l->host : "-");
		for (size_t w = 0; w < l->n_wrappers; w++)
			buf_printf(&b, " [%s]", l->wrappers[w]);
		buf_str(&b, l->mismatch ? " !mismatch" : "");
	}
	return b.s;
}

/* What every consumer relies on. */
static void
check(const struct invite *invite)
{
	size_t part = 0, at = 0;
	for (size_t i = 0; i < invite->n_parts; i++) {
		const struct invite_part *p = &invite->parts[i];
		assert_true(utf8_valid(p->text, p->size));
		assert_int_equal(strlen(p->text), p->size);
		size_t end = 0;
		for (size_t l = 0; l < p->n_lines; l++) {
			assert_int_equal(p->lines[l].at, end + (l > 0));
			end = p->lines[l].at + p->lines[l].len;
			assert_true(l + 1 == p->n_lines || p->text[end] == '\n');
		}
		assert_int_equal(end, p->size);
		for (size_t s = 0; s < p->n_spans; s++) {
			assert_true(s == 0 || p->spans[s].at > p->spans[s - 1].at);
			assert_true(p->spans[s].origin <= p->original_size);
		}
		for (size_t s = 0; s <= p->size; s++)
			assert_true(invite_origin(p, s) <= p->original_size);
	}
	for (size_t i = 0; i < invite->n_links; i++) {
		const struct invite_link *l = &invite->links[i];
		const struct invite_part *p = &invite->parts[l->part];
		assert_true(l->part > part || (l->part == part && l->at >= at));
		part = l->part;
		at = l->at + l->len;
		assert_true(at <= p->size && l->line < p->n_lines);
		const struct invite_line *line = &p->lines[l->line];
		assert_true(l->at >= line->at && at <= line->at + line->len);
		assert_true(l->n_wrappers <= INVITE_MAX_UNWRAP);
		assert_non_null(strstr(l->url, l->rest));
	}
}

struct row {
	const char *in, *lines, *links; /* NULL: not looked at */
};

static void
run(enum event_body_kind kind, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena *a = arena_new(0);
		const struct invite *invite =
			clean(a, kind, rows[i].in, strlen(rows[i].in));
		check(invite);
		const char *was = lines(a, &invite->parts[0]);
		if (rows[i].lines != NULL && strcmp(was, rows[i].lines) != 0)
			fail_msg("%s\nis\n%s\nnot\n%s", rows[i].in, was, rows[i].lines);
		was = links(a, invite);
		if (rows[i].links != NULL && strcmp(was, rows[i].links) != 0)
			fail_msg("%s\nhas\n%s\nnot\n%s", rows[i].in, was, rows[i].links);
		arena_free(a);
	}
}

#define RUN(kind, rows) run(kind, rows, sizeof rows / sizeof *rows)

/* What a page shows */

static const struct row pages[] = {
	{"<p>One<br>two</p><p>three</p>", "One\ntwo\nthree", ""},
	{"<div><div><p>a</p></div></div>b", "a\nb", ""},
	{"a<br><br><br><br>b", "a\n\nb", ""},
	{"  a \r\n\t b  ", "a b", ""},
	{"<p>Hello&nbsp;&nbsp; you &amp; me&#46; &#x41;&lt;&gt;</p>",
		"Hello  you & me. A<>", ""},
	{"&amp;amp; &amp;lt; &notone; &; &#; &#x; &#1114112; &#0;",
		"&amp; &lt; &notone; &; &#; &#x; \xef\xbf\xbd \xef\xbf\xbd", ""},
	/* RTF made HTML: a token in pieces */
	{"<SPAN>91</SPAN><SPAN></SPAN><SPAN LANG=\"de\">8 4730</SPAN><FONT> 2265</FONT>",
		"918 4730 2265", ""},
	{"<o:p>one</o:p><st1:place w:st=\"on\"> two</st1:place>", "one two", ""},
	/* no text at all */
	{"<head><title>T</title><style>p > b {x:1}</style><script>if (a<b) \"</p>\"</script>"
	 "</head>a<!-- b --><!DOCTYPE html><?xml version='1'?><![if !mso]>c<![endif]>",
		"ac", ""},
	{"a<style>never closed", "a", ""},
	{"a<!-- never closed", "a", ""},
	{"a<b never closed", "a", ""},
	{"<!-->a<!---->b", "ab", ""},
	{"<script>x</scriptx></script>a", "a", ""},
	{"1 < 2 and <3 and <", "1 < 2 and <3 and <", ""},
	{"Jane <jane@example.com>", "Jane <jane@example.com>", ""},
	{"", "", ""},
	{"<p></p>", "", ""},
	/* rows */
	{"<table><tr><td>Meeting ID</td><td>123 456</td></tr><tr><th>PIN</th><td>9</td></tr>"
	 "</table>after",
		"Meeting ID\t123 456\nPIN\t9\nafter", ""},
	{"<table><tr><td><p>Meeting ID:</p></td>\n <td><p><b>123</b></p></td></tr></table>",
		"Meeting ID:\t123", ""},
	{"<tr><td>  </td><td>a</td><td></td><td>b</td></tr>", "a\tb", ""},
	{"<tr><td>Call<br>us</td><td>123</td></tr>", "Call\nus\n123", ""},
	/* a page laid out by tables */
	{"<table><tr><td><table><tr><td>a</td></tr><tr><td>b</td></tr></table></td>"
	 "<td>c</td></tr><tr><td>d</td><td>e</td></tr></table>",
		"a\nb\nc\nd\te", ""},
	{"<table><tr><td>x</td><td><table><tr><td>y</td></tr></table></td></tr></table>",
		"x\ty", ""},
	{"<pre>a\n  b\n\nc</pre>d", "a\nb\n\nc\nd", ""},
	{"<div style=\"white-space:pre-wrap\">a\nb</div>c\nd", "a\nb\nc d", ""},
	{"<ul><li>a<li>b</ul>", "a\nb", ""},
	{"<h1>a</h1>b<hr>c", "a\nb\nc", ""},
	{"\xef\xbb\xbf<p>a", "a", ""},
};

static void
pages_are_read_as_shown(void **state)
{
	(void)state;
	RUN(EVENT_HTML, pages);
}

static const struct row unseen[] = {
	{"a<span style=\"display:none\">x</span>b", "ab\n[h]x", ""},
	{"a<span style='color:red; DISPLAY : none !important'>x</span>b", "ab\n[h]x", ""},
	{"a<div style=visibility:hidden>x<b style=visibility:visible>y</b></div>b",
		"a\ny\nb\n[h]x", ""},
	/* the gaps between cells are shut that way */
	{"<div style=\"font-size:0\"> x <span style=\"font-size:14px\">y</span></div>",
		"y\n[h]x", ""},
	{"<p style=\"font-size:1px\">x</p><p style=\"font-size:.5pt\">y</p>z",
		"z\n[h]x\n[h]y", ""},
	{"<p style=\"font-size:1em\">x</p><p style=\"font-size:10pt\">y</p>", "x\ny", ""},
	{"<p style=\"font-size:100%\">x</p><p style=\"font-size:1.5px\">y</p>", "x\ny",
		""},
	{"<div style=\"mso-hide:all\">x</div>y", "y\n[h]x", ""},
	{"<a style=\"mso-hide:all\" href=\"https://zoom.us/j/1\">Join</a>",
		"Join <https://zoom.us/j/1>", NULL},
	{"<div style=\"max-height:0px;overflow:hidden\">x</div><i style=opacity:0>y</i>z",
		"z\n[h]x\n[h]y", ""},
	{"<p hidden>x</p><template>y</template>z", "z\n[h]x\n[h]y", ""},
	/* an unclosed one does not swallow the rest */
	{"<p style=\"display:none\">x<p>y", "y\n[h]x", ""},
	{"<p style=\"display:none\"><b>x<div>y</div>", "y\n[h]x", ""},
	{"<div style=display:none><div>x</div><div>y</div></div><div>z</div>",
		"z\n[h]x\n[h]y", ""},
	{"<div style=display:none><span>x</div>y</span>z", "yz\n[h]x", ""},
	{"</div></span>a", "a", ""},
	{"<span style=display:none>https://zoom.us/j/11111111111</span>"
	 "<a href=https://zoom.us/j/22222222222>Join</a>",
		"Join <https://zoom.us/j/22222222222>\n[h]https://zoom.us/j/11111111111",
		"https://zoom.us/j/22222222222 zoom.us\nhttps://zoom.us/j/11111111111 zoom.us"},
	{"<div style=display:none><a href=https://zoom.us/j/1>a</a></div>b",
		"b\n[h]a <https://zoom.us/j/1>", "https://zoom.us/j/1 zoom.us"},
};

static void
what_nobody_sees_is_hidden(void **state)
{
	(void)state;
	RUN(EVENT_HTML, unseen);
}

static const struct row targets[] = {
	{"<a href=\"https://x.zoom.us/j/1?pwd=a&amp;b=1\">Join now</a> please",
		"Join now <https://x.zoom.us/j/1?pwd=a&b=1> please",
		"https://x.zoom.us/j/1?pwd=a&b=1 x.zoom.us"},
	/* shown as it is */
	{"at <a href=\"https://zoom.us/j/1\"> https://zoom.us/j/1 </a>.",
		"at https://zoom.us/j/1 .", "https://zoom.us/j/1 zoom.us"},
	{"<a href=\"https://zoom.us/j/1\"><img src=x></a>b", "<https://zoom.us/j/1>b",
		"https://zoom.us/j/1 zoom.us"},
	{"a <a href=\"https://zoom.us/j/1\"></a>b", "a <https://zoom.us/j/1>b",
		"https://zoom.us/j/1 zoom.us"},
	/* a button of blocks */
	{"<a href=\"https://zoom.us/j/1\"><table><tr><td>Join</td></tr></table></a><p>b",
		"Join <https://zoom.us/j/1>\nb", "https://zoom.us/j/1 zoom.us"},
	/* not closed, or closed twice */
	{"<a href=https://zoom.us/j/1>a<a href=https://zoom.us/j/2>b",
		"a <https://zoom.us/j/1>b <https://zoom.us/j/2>",
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us"},
	{"<a href=https://zoom.us/j/1>a</a></a>b", "a <https://zoom.us/j/1>b", NULL},
	/* the first of two counts, spelled as browsers read it */
	{"<A class=x HREF = ' https://zoom.us/j/\n1 ' href=https://evil.example>a</A>",
		"a <https://zoom.us/j/1>", "https://zoom.us/j/1 zoom.us"},
	{"<a href=\"&#x68;&#x74;&#116;ps&colon;//zoom.us/j/1&amp;amp;x\">a</a>",
		"a <https://zoom.us/j/1&amp;x>", "https://zoom.us/j/1&amp;x zoom.us"},
	{"<a href=\"https://x.example/&uuml;\xc3\xbc\xff\">a</a>",
		"a <https://x.example/üü\xef\xbf\xbd>", NULL},
	{"<a href=\"tel:+1 323-849-4874,,636#\">+1 323-849-4874</a>",
		"+1 323-849-4874 <tel:+1 323-849-4874,,636#>",
		"tel:+1 323-849-4874,,636# -"},
	{"<a href=\"mailto:8@t.plcm.vc\">8@t.plcm.vc</a>",
		"8@t.plcm.vc <mailto:8@t.plcm.vc>", "mailto:8@t.plcm.vc t.plcm.vc"},
	/* nowhere */
	{"<a href=\"#top\">a</a> <a href=\"/j/1\">b</a> <a href=\"javascript:x('https://')\">c"
	 "</a> <a name=d>d</a> <a href=\"\">e</a> <a href=\"//zoom.us/j/1\">f</a>",
		"a b c d e f", ""},
	{"<map><area href=\"https://zoom.us/j/1\" alt=x></map>", "<https://zoom.us/j/1>",
		"https://zoom.us/j/1 zoom.us"},
	{"<img src=\"data:image/png;base64,+1323+1323\">a", "a", ""},
	/* what is shown is not where it leads */
	{"<a href=\"https://evil.example/x\">https://acme.zoom.us/j/1</a>",
		"https://acme.zoom.us/j/1 <https://evil.example/x>",
		"https://evil.example/x evil.example !mismatch"},
	{"<a href=\"https://zoom.us/j/2?pwd=x\">https://acme.zoom.us/j/2</a>", NULL,
		"https://zoom.us/j/2?pwd=x zoom.us"},
	{"<a href=\"https://evil.example/x\">acme.zoom.us/j/1</a>", NULL,
		"https://evil.example/x evil.example !mismatch"},
	{"<a href=\"https://a.co.uk/x\">https://b.co.uk/x</a>", NULL,
		"https://a.co.uk/x a.co.uk !mismatch"},
	{"<a href=\"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us"
	 "%2Fj%2F1&amp;data=x\">https://zoom.us/j/1</a>",
		NULL, "https://zoom.us/j/1 zoom.us [safelinks]"},
	/* a page with an event in it for machines */
	{"<script type=\"application/ld+json\">{\"@type\":\"EventReservation\","
	 "\"potentialAction\":{\"@type\":\"JoinAction\",\"target\":[\"https:\\/\\/fuze.me\\/"
	 "123?a\\u0026b\"]}}</script>a",
		"<https://fuze.me/123?a&b>\na", "https://fuze.me/123?a&b fuze.me"},
	{"<script type=\"application/ld+json\">{\"potentialAction\":1}</script>a", "a",
		""},
};

static void
links_of_pages(void **state)
{
	(void)state;
	RUN(EVENT_HTML, targets);
}

/* Text */

static const struct row folded[] = {
	/* spaces of every width, and what is no wider than nothing */
	{"995\xc2\xa0"
	 "4219\xe2\x80\x89"
	 "9327\xe3\x80\x80x\xe2\x80\xaf:",
		"995 4219 9327 x :", ""},
	{"z\xe2\x80\x8boom 9\xe2\x81\xa0"
	 "9\xe2\x80\x8e"
	 "5\xc2\xad"
	 "4\xef\xbb\xbf"
	 " \xe2\x80\xaa+1 41\xe2\x80\xac",
		"zoom 9954 +1 41", ""},
	{"\xef\xbb\xbf"
	 "a",
		"a", ""},
	/* dashes and quotation marks */
	{"+1\xe2\x80\x91"
	 "669\xe2\x80\x93"
	 "900\xe2\x80\x92"
	 "68\xe2\x88\x92"
	 "33\xe2\x80\x94",
		"+1-669-900-68-33-", ""},
	{"\xe2\x80\x9c"
	 "d\xe2\x80\x99"
	 "accès\xe2\x80\x9d",
		"\"d'accès\"", ""},
	/* fullwidth: digits and the punctuation around numbers */
	{"\xef\xbc\xa9\xef\xbc\xa4\xef\xbc\x9a\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x83"
	 "\xe3\x80\x81\xef\xbc\x8b\xef\xbc\x91\xef\xbc\x88\xef\xbc\x89\xef\xbc\x8a",
		"\xef\xbc\xa9\xef\xbc\xa4:123#,+1()*", ""},
	/* Arabic-Indic digits are nobody's ID; the dot of a sentence is not one of a host */
	{"\xd9\xa1\xd9\xa2\xd9\xa3 \xe3\x80\x82", "\xd9\xa1\xd9\xa2\xd9\xa3 \xe3\x80\x82",
		""},
	/* letters stay: Turkish and Kelvin do not become ASCII ones */
	{"\xc4\xb0 https://zoom.us/j/\xe2\x84\xaa"
	 "1",
		"\xc4\xb0 https://zoom.us/j/\xe2\x84\xaa"
		"1",
		"https://zoom.us/j/\xe2\x84\xaa"
		"1 zoom.us"},
	/* what is not UTF-8 */
	{"a\xff\xfe"
	 "b\xc3"
	 "c\xe2\x82",
		"a\xef\xbf\xbd"
		"b\xef\xbf\xbd"
		"c\xef\xbf\xbd",
		""},
	{"\xc0\xaf"
	 "a\xed\xa0\x80"
	 "b\xf4\x90\x80\x80",
		"\xef\xbf\xbd"
		"a\xef\xbf\xbd"
		"b\xef\xbf\xbd",
		""},
	/* windows-1252, byte by byte or taken for Latin-1 */
	{"\x93https://zoom.us/j/1\x94 ID:\xa0"
	 "1\x96"
	 "2",
		"\"https://zoom.us/j/1\" ID: 1-2", "https://zoom.us/j/1 zoom.us"},
	{"a\xc2\x96"
	 "b\xc2\x85"
	 "c\xc2\x81"
	 "d",
		"a-b\xe2\x80\xa6"
		"c d",
		""},
	/* controls and ends of lines */
	{"a\x01"
	 "b\x7f"
	 "c\x0b"
	 "d",
		"a b c d", ""},
	{"a\r\nb\rc\nd\xe2\x80\xa8"
	 "e\r\n\r\n",
		"a\nb\nc\nd\ne\n", ""},
	{"  a \t \n \t\n b", "a\n\nb", ""},
	{"a\n\n\n\n\nb\n>\n>\n>\n> c", "a\n\n\nb\n> \n> \n> c", ""},
	{"a\tb  c", "a\tb  c", ""},
};

static void
characters_are_folded(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, folded);
	struct arena *a = arena_new(0);
	const struct invite *invite = clean(a, EVENT_TEXT, "a\0b", 3);
	assert_string_equal(invite->parts[0].text, "a\xef\xbf\xbd"
						   "b");
	invite = clean(a, EVENT_TEXT, "", 0);
	check(invite);
	assert_int_equal(invite->parts[0].n_lines, 1);
	arena_free(a);
}

static const struct row quoted[] = {
	{"a\n> b\n>> c\n> > > d\n>e\n>\nf", "a\n> b\n> > c\n> > > d\n> e\n> \nf", ""},
	{"Conference ID:\n> 017920684", "Conference ID:\n> 017920684", ""},
	/* Outlook, with and without "Sent:" */
	{"hi\n\nFrom: Ann\nSent: Monday\nTo: Room\nSubject: x\n\nold",
		"hi\n\n[f]From: Ann\n[f]Sent: Monday\n[f]To: Room\n[f]Subject: x\n[f]\n[f]old",
		""},
	{"From: Ann\nDate: Monday\nTo: Room\nold",
		"[f]From: Ann\n[f]Date: Monday\n[f]To: Room\n[f]old", ""},
	{"*From:* Ann\n*Sent:* Monday\nold", "[f]*From:* Ann\n[f]*Sent:* Monday\n[f]old",
		""},
	{"Von: Ann\nGesendet: Montag\nAn: Raum\nalt",
		"[f]Von: Ann\n[f]Gesendet: Montag\n[f]An: Raum\n[f]alt", ""},
	{"De\xc2\xa0: Ann\nEnvoyé\xc2\xa0: lundi\nx",
		"[f]De : Ann\n[f]Envoyé : lundi\n[f]x", ""},
	{"De: Ann\nEnviado: lunes\nx", "[f]De: Ann\n[f]Enviado: lunes\n[f]x", ""},
	{"\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba\xef\xbc\x9a"
	 "Ann\n\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6"
	 "\xe9\x97\xb4\xef\xbc\x9a"
	 "1\nx",
		"[f]\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba:Ann\n[f]\xe5\x8f\x91\xe9\x80\x81\xe6\x97\xb6"
		"\xe9\x97\xb4:1\n[f]x",
		""},
	{"\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba: Ann\n\xe6\x97\xa5\xe4\xbb\x98: 1\n\xe5\xae\x9b\xe5\x85\x88: b\nx",
		"[f]\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba: Ann\n[f]\xe6\x97\xa5\xe4\xbb\x98: 1\n"
		"[f]\xe5\xae\x9b\xe5\x85\x88: b\n[f]x",
		""},
	/* not a mail's head */
	{"From: 10:00\nTo: 11:00\nDate: Monday\nJoin",
		"From: 10:00\nTo: 11:00\nDate: Monday\nJoin", ""},
	{"From: 10:00\nTo: 11:00\nJoin", "From: 10:00\nTo: 11:00\nJoin", ""},
	{"From: Ann\nDate: Monday\nTime: 3 PM\nJoin",
		"From: Ann\nDate: Monday\nTime: 3 PM\nJoin", ""},
	/* dashes */
	{"a\n-----Original Appointment-----\nb",
		"a\n[f]-----Original Appointment-----\n[f]b", ""},
	{"a\n----- Original message -----\nb", "a\n[f]----- Original message -----\n[f]b",
		""},
	{"a\n---------- Forwarded message ---------\nb",
		"a\n[f]---------- Forwarded message ---------\n[f]b", ""},
	{"a\n-----Ursprüngliche Nachricht-----\nb",
		"a\n[f]-----Ursprüngliche Nachricht-----\n[f]b", ""},
	{"Begin forwarded message:\nb", "[f]Begin forwarded message:\n[f]b", ""},
	{"a\n-----Join Zoom Meeting-----\nb", "a\n-----Join Zoom Meeting-----\nb", ""},
	/* a forwarded mail within a quoted one ends with the quotation */
	{"> -----Original Message-----\n> b\nc",
		"> [f]-----Original Message-----\n> [f]b\nc", ""},
	/* "On … wrote:" is of what follows: quoted by itself, or not at all */
	{"a\nOn Monday Ann wrote:\n> b\nc", "a\nOn Monday Ann wrote:\n> b\nc", ""},
	{"a\nOn Monday Ann wrote:\n\nb\nc", "a\nOn Monday Ann wrote:\n\n[f]b\n[f]c", ""},
	{"a\nOn Monday, 1 May, Ann\n<ann@example.com> wrote:\nb",
		"a\nOn Monday, 1 May, Ann\n<ann@example.com> wrote:\n[f]b", ""},
	{"Am Montag schrieb Ann:\nb", "Am Montag schrieb Ann:\n[f]b", ""},
	{"Le lundi, Ann a écrit :\nb", "Le lundi, Ann a écrit :\n[f]b", ""},
	{"On Monday we meet.\nb", "On Monday we meet.\nb", ""},
	/* signatures, which end where something is drawn across */
	{"a\n-- \nAnn\nRoom 5", "a\n[s]--\n[s]Ann\n[s]Room 5", ""},
	{"a\n-- \nAnn\n________________\nJoin",
		"a\n[s]--\n[s]Ann\n________________\nJoin", ""},
	{"a\n-- \nAnn\n-::~:~::~:~:~::-\nJoin",
		"a\n[s]--\n[s]Ann\n-::~:~::~:~:~::-\nJoin", ""},
	{"> a\n> -- \n> Ann\nb", "> a\n> [s]--\n> [s]Ann\nb", ""},
	{"a --\nb", "a --\nb", ""},
};

static const struct row quoted_pages[] = {
	{"a<blockquote><p>b</p></blockquote><p>c", "a\n> b\nc", ""},
	{"<blockquote>a<blockquote>b</blockquote>c</blockquote>d", "> a\n> > b\n> c\nd",
		""},
	{"<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">a</blockquote>",
		"a", ""},
	{"<blockquote style=\"border:none;border-left:solid blue 1.5pt\">a</blockquote>",
		"> a", ""},
	{"a<div class=\"gmail_quote gmail_quote_container\"><div>On Monday Ann wrote:</div>"
	 "<blockquote class=gmail_quote>b</blockquote></div>c",
		"a\n[f]On Monday Ann wrote:\n> [f]b\nc", ""},
	{"a<div id=divRplyFwdMsg dir=ltr>From: Ann<br>Sent: Monday</div><div>b</div>",
		"a\n[f]From: Ann\n[f]Sent: Monday\n[f]b", ""},
	{"<p>&gt; a</p><p>b</p>", "> a\nb", ""},
	{"<div style=\"border:none;border-top:solid #E1E1E1 1.0pt\"><p><b>From:</b> Ann<br>"
	 "<b>Sent:</b> Monday<br><b>To:</b> Room</p></div><p>b",
		"[f]From: Ann\n[f]Sent: Monday\n[f]To: Room\n[f]b", ""},
};

static void
quotations_are_marked(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, quoted);
	RUN(EVENT_HTML, quoted_pages);
}

static const struct row in_text[] = {
	{"https://zoom.us/j/1", NULL, "https://zoom.us/j/1 zoom.us"},
	{"HTTPS://Zoom.US/J/1", NULL, "HTTPS://Zoom.US/J/1 zoom.us"},
	/* what is the sentence's is not the link's */
	{"https://zoom.us/j/1. https://zoom.us/j/2, (https://zoom.us/j/3) [https://zoom.us/j/4]; "
	 "\"https://zoom.us/j/5\" 'https://zoom.us/j/6' https://zoom.us/j/7! https://zoom.us/j/8?",
		NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us\n"
		"https://zoom.us/j/3 zoom.us\nhttps://zoom.us/j/4 zoom.us\n"
		"https://zoom.us/j/5 zoom.us\nhttps://zoom.us/j/6 zoom.us\n"
		"https://zoom.us/j/7 zoom.us\nhttps://zoom.us/j/8 zoom.us"},
	{"(see https://x.example/a_(b)) https://x.example/(c", NULL,
		"https://x.example/a_(b) x.example\nhttps://x.example/(c x.example"},
	{"https://zoom.us/j/1%3E https://zoom.us/j/2&gt; https://zoom.us/j/3&lt;x", NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us\nhttps://zoom.us/j/3 zoom.us"},
	{"*https://zoom.us/j/1* _https://zoom.us/j/2_ https://zoom.us/j/3?pwd=a_", NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us\nhttps://zoom.us/j/3?pwd=a_ zoom.us"},
	{"Meetinghttps://zoom.us/j/1 _https://zoom.us/j/2", NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us"},
	/* Japanese and Chinese run on; letters of a name do not end one */
	{"https://zoom.us/j/1\xe3\x80\x82 https://zoom.us/j/2\xef\xbc\x89\xe3\x81\xa7\xe3\x81\x99 "
	 "https://zoom.us/j/3\xef\xbc\x88"
	 "1\xef\xbc\x89 https://zoom.us/j/4\xe3\x81\xa7",
		NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us\n"
		"https://zoom.us/j/3 zoom.us\nhttps://zoom.us/j/4 zoom.us"},
	{"https://x.webex.com/meet/jürgen", NULL,
		"https://x.webex.com/meet/jürgen x.webex.com"},
	/* a list */
	{"https://zoom.us/j/1;https://zoom.us/j/2,http://zoom.us/j/3 https://x.example/?a,https://zoom.us/j/4",
		NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us\nhttp://zoom.us/j/3 zoom.us\n"
		"https://x.example/?a,https://zoom.us/j/4 x.example"},
	/* in brackets */
	{"Join<https://zoom.us/j/1.> now <HTTPS://zoom.us/j/2|Join> <tel:+13238494874|call>",
		NULL,
		"https://zoom.us/j/1. zoom.us\nHTTPS://zoom.us/j/2 zoom.us\ntel:+13238494874 -"},
	{"1 <tel:+1 323-849-4874,,636#> <+1%20323-849-4874,,637#> <(866)%20679-9995,,638#> <+1>",
		NULL,
		"tel:+1 323-849-4874,,636# -\ntel:+1%20323-849-4874,,637# -\ntel:(866)%20679-9995,,638# -"},
	{"https://acme.zoom.us/j/1<https://evil.example/x>", NULL,
		"https://evil.example/x evil.example !mismatch"},
	{"https://zoom.us/j/1 <https://zoom.us/j/1?pwd=a>", NULL,
		"https://zoom.us/j/1?pwd=a zoom.us"},
	{"[https://acme.zoom.us/j/1](https://evil.example/x) [Join](https://zoom.us/j/2)",
		NULL,
		"https://evil.example/x evil.example !mismatch\nhttps://zoom.us/j/2 zoom.us"},
	{"[https://zoom.us/j/1][1] [https://zoom.us/j/2] x", NULL,
		"https://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/2 zoom.us"},
	{"https://zoom.us/j/1 <tel:+13238494874>", NULL,
		"https://zoom.us/j/1 zoom.us\ntel:+13238494874 -"},
	{"<https://zoom.us/j/1", NULL, "https://zoom.us/j/1 zoom.us"},
	/* without a scheme */
	{"at meet.google.com/abc-defg-hij, or (zoom.us:443/j/1).", NULL,
		"meet.google.com/abc-defg-hij meet.google.com\nzoom.us:443/j/1 zoom.us"},
	{"and/or 1/2/2026 e.g./x 1.2/3 x@zoom.us/j/1 .zoom.us/j/1 //zoom.us/j/1 \\zoom.us/j/1 "
	 "q=zoom.us/j/1 %zoom.us/j/1 zoom.us/ zoom.us",
		NULL, ""},
	{"\xd0\xb5zoom.us/j/1 \xe3\x80\x82zoom.us/j/1", NULL, ""},
	/* other schemes, and words that look like them */
	{"zoommtg://zoom.us/join?confno=1 zoomus://zoom.us/j msteams:/l/meetup-join/19 chime://meeting?pin=1",
		NULL,
		"zoommtg://zoom.us/join?confno=1 zoom.us\nzoomus://zoom.us/j zoom.us\n"
		"msteams:/l/meetup-join/19 -\nchime://meeting?pin=1 meeting"},
	{"sip:1@zoomcrc.com SIP:2@zoomcrc.com; sip:3 SIP: 4@zoomcrc.com mailto:a@example.com tel:+13238494874,,1# "
	 "Tel:+44 20 7946 0000 gossip:5@example.com",
		NULL,
		"sip:1@zoomcrc.com zoomcrc.com\nSIP:2@zoomcrc.com zoomcrc.com\n"
		"mailto:a@example.com example.com\ntel:+13238494874,,1# -"},
	{"javascript://zoom.us/j/1 file://zoom.us/j/1 data://zoom.us/j/1 ftp://zoom.us/j/1",
		NULL, ""},
	/* a message pasted as it travels */
	{"https://acme.zoom=2Eus/j/9?pwd=3Dab", NULL,
		"https://acme.zoom.us/j/9?pwd=ab acme.zoom.us [quoted-printable]"},
	{"https://x.example/?a=3D1&b=3D2 https://zoom.us/j/1?pwd=3Dab", NULL,
		"https://x.example/?a=1&b=2 x.example [quoted-printable]\nhttps://zoom.us/j/1?pwd=3Dab zoom.us"},
	{"soft=\nbreak https://zoom.us/j/1?pwd=3Dab", NULL,
		"https://zoom.us/j/1?pwd=ab zoom.us [quoted-printable]"},
	{"https://x.example/?a=3D1&b=2", NULL, "https://x.example/?a=3D1&b=2 x.example"},
};

static void
links_in_text(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, in_text);
}

/* Whose they are: the host that every browser would ask, or nobody's. */
static const struct row hosts[] = {
	{"https://zoom.us.evil.example/j/1", NULL,
		"https://zoom.us.evil.example/j/1 zoom.us.evil.example"},
	{"https://company.zoom.us./j/1", NULL,
		"https://company.zoom.us./j/1 company.zoom.us"},
	{"https://zoom.us../j/1", NULL, "https://zoom.us../j/1 -"},
	{"https://zoom.us:443/j/1 https://zoom.us:8443/j/1", NULL,
		"https://zoom.us:443/j/1 zoom.us\nhttps://zoom.us:8443/j/1 zoom.us"},
	{"https://zoom.us@evil.example/j/1", NULL,
		"https://zoom.us@evil.example/j/1 evil.example"},
	{"https://evil.example@zoom.us/j/1", NULL,
		"https://evil.example@zoom.us/j/1 zoom.us"},
	{"https://zoom.us%40evil.example/j/1", NULL,
		"https://zoom.us%40evil.example/j/1 -"},
	{"https://zoom.us\\@evil.example/j/1", NULL,
		"https://zoom.us\\@evil.example/j/1 -"},
	{"https://zoom.us%2eevil.example/j/1", NULL,
		"https://zoom.us%2eevil.example/j/1 -"},
	{"https://zoom.us#@evil.example/j/1", NULL,
		"https://zoom.us#@evil.example/j/1 zoom.us"},
	{"https:/\\zoom.us/j/1 https:\\\\zoom.us/j/1 https:zoom.us/j/1", NULL, ""},
	{"https://-/j/1 https:///j/1 https://zoom..us/j/1", NULL,
		"https://-/j/1 -\nhttps:///j/1 -\nhttps://zoom..us/j/1 -"},
	{"https://162.255.37.11/j/1 https://[::1]/j/1", NULL,
		"https://162.255.37.11/j/1 162.255.37.11\nhttps://[::1]/j/1 -"},
	{"https://0x7f.1/ https://162.255.37.011/ https://2736727307/ https://1.2.3.256/ https://1.2.3/ "
	 "https://4you.example/ https://a.4/",
		NULL,
		"https://0x7f.1/ -\nhttps://162.255.37.011/ -\nhttps://2736727307/ -\n"
		"https://1.2.3.256/ -\nhttps://1.2.3/ -\nhttps://4you.example/ 4you.example\n"
		"https://a.4/ -"},
	{"https://xn--zom-sra.us/j/1", NULL, "https://xn--zom-sra.us/j/1 xn--zom-sra.us"},
	/* Cyrillic, an ideographic dot, fullwidth letters, digits, dots and dashes */
	{"https://z\xd0\xbe\xd0\xbem.us/j/1", NULL,
		"https://z\xd0\xbe\xd0\xbem.us/j/1 -"},
	{"https://zoom\xe3\x80\x82us/j/1 z\xd0\xbeom.us/j/1", NULL, "https://zoom zoom"},
	{"https://\xef\xbd\x9aoom.us/j/1 \xef\xbd\x9aoom.us/j/1", NULL, ""},
	{"https://zoom\xef\xbc\x8eus/j/1 zoom\xef\xbc\x8eus/j/1", NULL,
		"https://zoom zoom"},
	{"https://zoom\xe2\x80\x90x.de/j/1", "https://zoom_x.de/j/1",
		"https://zoom_x.de/j/1 -"},
	{"zoom\xe2\x80\x90x.de/j/1", "zoom_x.de/j/1", ""},
	{"https://us\xef\xbc\x90"
	 "2web.zoom.us/j/1",
		NULL, "https://us_2web.zoom.us/j/1 -"},
	{"1@m\xe2\x80\x90x.webex.com", "1@m_x.webex.com", ""},
	/* but in paths and in text they are what they look like */
	{"https://x.webex.com/meet/ann\xe2\x80\x91"
	 "b.c 3\xe2\x80\x93"
	 "4.Next a\xe2\x80\x93"
	 "b.c",
		"https://x.webex.com/meet/ann-b.c 3-4.Next a-b.c", NULL},
	{"https://zoom\xe2\x80\x8b.us/j/1", "https://zoom.us/j/1",
		"https://zoom.us/j/1 zoom.us"},
};

static void
hosts_are_read_strictly(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, hosts);
	struct arena *a = arena_new(0);
	const struct invite *invite =
		clean(a, EVENT_TEXT, "https://zoom.us:8443/j/1?x#y", 28);
	assert_string_equal(invite->links[0].rest, "/j/1?x#y");
	assert_string_equal(invite->links[0].scheme, "https");
	invite = clean(a, EVENT_TEXT, "ZoomMTG://zoom.us?x", 19);
	assert_string_equal(invite->links[0].rest, "?x");
	assert_string_equal(invite->links[0].scheme, "zoommtg");
	arena_free(a);
}

#define QUERY                                                                            \
	"https://nam11.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.example"

static const struct row broken[] = {
	/* in brackets, all of it is the link */
	{"Join<https://zoom.us/j/91847\n302265?pwd=a> now",
		"Join<https://zoom.us/j/91847302265?pwd=a> now",
		"https://zoom.us/j/91847302265?pwd=a zoom.us"},
	{"> <https://zoom.us/j/9\n> 18\n> 4?pwd=a>\n> b",
		"> <https://zoom.us/j/9184?pwd=a>\n> b",
		"https://zoom.us/j/9184?pwd=a zoom.us"},
	{"<h323:5@1.2.3.4\n> ", NULL, "h323:5@1.2.3.4 1.2.3.4"},
	{"<https://zoom.us/j/9\n18 4>", NULL, "https://zoom.us/j/9 zoom.us"},
	{"<https://zoom.us/j/9\n> 18>", NULL, "https://zoom.us/j/9 zoom.us"},
	/* a long line that ends in a query, and more of it below */
	{"> " QUERY ".=\n> amd.com%2Fj%2F1&data=x now",
		"> " QUERY ".amd.com%2Fj%2F1&data=x now",
		"https://teams.example.amd.com/j/1 teams.example.amd.com [safelinks]"},
	{QUERY "\n%2Fj%2F1&data=x\nb", QUERY "%2Fj%2F1&data=x\nb",
		"https://teams.example/j/1 teams.example [safelinks]"},
	/* not so sure: they stay two lines */
	{QUERY "\nPasscode=1234", QUERY "\nPasscode=1234", NULL},
	{QUERY "\n> %2Fj%2F1&data=x", QUERY "\n> %2Fj%2F1&data=x", NULL},
	{QUERY "\nhttps://zoom.us/j/1?a=%20", NULL, NULL},
	{"https://zoom.us/j/1?a=b\n%2Fj%2F1&data=x", NULL,
		"https://zoom.us/j/1?a=b zoom.us"},
	{"https://us02web.zoom.us/j/84812345678901234567890123456789012345678901\n12345%20",
		NULL,
		"https://us02web.zoom.us/j/84812345678901234567890123456789012345678901 us02web.zoom.us"},
};

static void
broken_links_are_joined_when_sure(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, broken);
}

static const struct row wrapped[] = {
	{"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.zoom.us%2Fj%2F1%3Fa%253ab&data=05&reserved=0",
		NULL, "https://x.zoom.us/j/1?a%3ab x.zoom.us [safelinks]"},
	{"https://eur01.safelinks.protection.outlook.com/ap/t-59584e83/?url=https%3A%2F%2Fteams.microsoft.com%2Fl&data=1",
		NULL, "https://teams.microsoft.com/l teams.microsoft.com [safelinks]"},
	{"https://nam12.safelinks.protection.outlook.com?data=1&url=https%3A%2F%2Fzoom.us%2Fj%2F1",
		NULL, "https://zoom.us/j/1 zoom.us [safelinks]"},
	/* nothing to undo: two, none, a bad escape, another scheme, another house */
	{"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1&url=https%3A%2F%2Fb.example",
		NULL,
		"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1&url=https%3A%2F%2Fb.example nam12.safelinks.protection.outlook.com"},
	{"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1%xx https://zoom.us/j/2",
		NULL,
		"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1%xx nam12.safelinks.protection.outlook.com\nhttps://zoom.us/j/2 zoom.us"},
	{"https://nam12.safelinks.protection.outlook.com/?url=javascript%3Ax", NULL,
		"https://nam12.safelinks.protection.outlook.com/?url=javascript%3Ax nam12.safelinks.protection.outlook.com"},
	{"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1%0a",
		NULL,
		"https://nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1%0a nam12.safelinks.protection.outlook.com"},
	{"https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fzoom.us%2Fj%2F1",
		NULL,
		"https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fzoom.us%2Fj%2F1 safelinks.protection.outlook.com.evil.example"},
	{"https://evilsafelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1",
		NULL,
		"https://evilsafelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1 evilsafelinks.protection.outlook.com"},
	{"https://x@nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1",
		NULL,
		"https://x@nam12.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1 nam12.safelinks.protection.outlook.com"},
	{"https://evil.example/?next=https://teams.microsoft.com/meet/123?p=x", NULL,
		"https://evil.example/?next=https://teams.microsoft.com/meet/123?p=x evil.example"},
	/* wrapped twice */
	{"https://www.google.com/url?q=https%3A%2F%2Furldefense.com%2Fv3%2F__https%3A%2F%2Fzoom.us%2Fj%2F1__%3B!!T!sig%24&sa=D",
		NULL, "https://zoom.us/j/1 zoom.us [google] [proofpoint-v3]"},
	{"https://www.google.com/url?q=https://acme.zoom.us/j/8?pwd%3DX%26jst%3D2&sa=D&source=calendar&usg=A",
		NULL, "https://acme.zoom.us/j/8?pwd=X&jst=2 acme.zoom.us [google]"},
	{"https://google.com/url?sa=t&url=https%3A%2F%2Fzoom.us%2Fj%2F1&usg=A", NULL,
		"https://zoom.us/j/1 zoom.us [google]"},
	{"https://www.google.com/url?q=https://a.example&url=https://b.example https://www.google.com/maps?q=https://zoom.us/j/1",
		NULL,
		"https://www.google.com/url?q=https://a.example&url=https://b.example www.google.com\n"
		"https://www.google.com/maps?q=https://zoom.us/j/1 www.google.com"},
	/* Proofpoint's three */
	{"https://urldefense.proofpoint.com/v1/url?u=https://x.zoom.us/j/1%3Fpwd%3Da&k=b",
		NULL, "https://x.zoom.us/j/1?pwd=a x.zoom.us [proofpoint-v1]"},
	{"https://urldefense.proofpoint.com/v2/url?u=https-3A__x.zoom.us_j_1-3Fpwd-3Da-5Fb&d=DwMF&c=x",
		NULL, "https://x.zoom.us/j/1?pwd=a_b x.zoom.us [proofpoint-v2]"},
	{"https://urldefense.proofpoint.com/v2/url?u=https-3A__x.zoom.us_j_1-3&d=x", NULL,
		"https://urldefense.proofpoint.com/v2/url?u=https-3A__x.zoom.us_j_1-3&d=x urldefense.proofpoint.com"},
	{"https://urldefense.com/v3/__https://x.zoom.us/j/1?pwd=abc__;!!T!sig$", NULL,
		"https://x.zoom.us/j/1?pwd=abc x.zoom.us [proofpoint-v3]"},
	{"https://urldefense.com/v3/__https:/x.zoom.us/j/1__;!!T!sig$", NULL,
		"https://x.zoom.us/j/1 x.zoom.us [proofpoint-v3]"},
	{"https://urldefense.us/v3/__https://teams.microsoft.com/l/19*3ameeting*40thread.v2/0__;JSU!!T!s$",
		NULL,
		"https://teams.microsoft.com/l/19%3ameeting%40thread.v2/0 teams.microsoft.com [proofpoint-v3]"},
	/* a run of three, then one; a list that is too short or too long */
	{"https://urldefense.com/v3/__https://x.example/a**Bb*c__;IyMjJQ!!T!s$", NULL,
		"https://x.example/a###b%c x.example [proofpoint-v3]"},
	{"https://urldefense.com/v3/__https://x.example/*__;w7w!!T!s$", NULL,
		"https://x.example/\xc3\xbc x.example [proofpoint-v3]"},
	{"https://urldefense.com/v3/__https://x.example/a*b*__;Iw!!T!s$", NULL,
		"https://urldefense.com/v3/__https://x.example/a*b*__;Iw!!T!s$ urldefense.com"},
	{"https://urldefense.com/v3/__https://x.example/a__;Iw!!T!s$", NULL,
		"https://urldefense.com/v3/__https://x.example/a__;Iw!!T!s$ urldefense.com"},
	{"https://urldefense.com/v3/__https://x.example/a", NULL,
		"https://urldefense.com/v3/__https://x.example/a urldefense.com"},
	/* the others */
	{"https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fzoom.us%2fj%2f1&c=E,1,x&typo=1",
		NULL, "https://zoom.us/j/1 zoom.us [barracuda]"},
	{"https://secure-web.cisco.com/1aBc-_d/https%3A%2F%2Fzoom.us%2Fj%2F1%3Fpwd%3Da",
		NULL, "https://zoom.us/j/1?pwd=a zoom.us [cisco]"},
	{"https://secure-web.cisco.com/1aBc-_d", NULL,
		"https://secure-web.cisco.com/1aBc-_d secure-web.cisco.com"},
	{"https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=https%3a%2f%2fzoom.us%2fj%2f1&umid=1",
		NULL, "https://zoom.us/j/1 zoom.us [trendmicro]"},
	{"https://eu-west-1.protection.sophos.com/?d=zoom.us&u=aHR0cHM6Ly96b29tLnVzL2ovMQ==&p=m",
		NULL, "https://zoom.us/j/1 zoom.us [sophos]"},
	{"https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u=https%3A%2F%2Fzoom.us%2Fj%2F1",
		NULL, "https://zoom.us/j/1 zoom.us [fireeye]"},
	{"https://clicktime.symantec.com/3Ab?u=https%3A%2F%2Fzoom.us%2Fj%2F1", NULL,
		"https://zoom.us/j/1 zoom.us [symantec]"},
	{"https://slack-redir.net/link?url=https%3A%2F%2Fzoom.us%2Fj%2F1", NULL,
		"https://zoom.us/j/1 zoom.us [slack]"},
	{"https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fzoom%2Eus%2Fj%2F1&urlhash=x",
		NULL, "https://zoom.us/j/1 zoom.us [linkedin]"},
	{"https://l.facebook.example/l.php?u=https%3A%2F%2Fzoom.us%2Fj%2F1", NULL,
		"https://l.facebook.example/l.php?u=https%3A%2F%2Fzoom.us%2Fj%2F1 l.facebook.example"},
	{"https://go.copilot.clari.com/hangout/abc-defg-hij/ https://go.copilot.clari.com/hangout/abc-defg-hijk "
	 "https://go.copilot.clari.com/hangout/abc-defg-hij/x",
		NULL,
		"https://meet.google.com/abc-defg-hij meet.google.com [clari]\n"
		"https://go.copilot.clari.com/hangout/abc-defg-hijk go.copilot.clari.com\n"
		"https://go.copilot.clari.com/hangout/abc-defg-hij/x go.copilot.clari.com"},
	/* its own target: no end, and none needed */
	{"https://slack-redir.net/link?url=https://slack-redir.net/link?url=https://slack-redir.net/link?url=https://a.example",
		NULL, NULL},
};

static void
wrappers_are_undone(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, wrapped);
}

static void
wrappers_end(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	/* each layer escapes the one within once more */
	const char *url = "https://zoom.us/j/1";
	for (int i = 0; i < 10; i++) {
		struct buf b;
		buf_init(&b, a);
		buf_str(&b, "https://slack-redir.net/link?url=");
		for (const char *c = url; *c != '\0'; c++)
			if (strchr("%&?=", *c) != NULL)
				buf_printf(&b, "%%%02X", (unsigned char)*c);
			else
				buf_char(&b, *c);
		url = b.s;
		const struct invite *invite = clean(a, EVENT_TEXT, url, strlen(url));
		check(invite);
		assert_int_equal(invite->n_links, 1);
		assert_int_equal(invite->links[0].n_wrappers, i < 8 ? i + 1 : 8);
		assert_string_equal(
			invite->links[0].host, i < 8 ? "zoom.us" : "slack-redir.net");
	}
	arena_free(a);
}

/* Each piece of memory is as long as what was asked for, so that a sanitizer sees more. */
static void
slashes_are_not_added_without_end(void **state)
{
	(void)state;
	enum { TOO_LITTLE_FOR_A_BLOCK = 32 * 1024 };
	static const char filler[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	for (int n = 0; n <= 32; n++) {
		struct arena *a = arena_new(TOO_LITTLE_FOR_A_BLOCK);
		const char *url = arena_printf(
			a, "https://urldefense.com/v3/__:/:/:/%.*s__;!!T!s$", n, filler);
		struct unwrapped u;
		assert_true(unwrap(a, url, false, &u));
		assert_true(u.opaque);
		assert_string_equal(u.text, url);
		arena_free(a);
	}
}

static void
opaque_wrappers_are_named(void **state)
{
	(void)state;
	static const char text[] =
		"https://protect-eu.mimecast.com/s/abc https://protect-eu.mimecast.com/s/def "
		"https://nam12.safelinks.protection.outlook.com/?x=1 https://bit.ly/abc "
		"https://www.mimecast.com/about https://acme.zm.page https://bit.ly.example/abc";
	struct arena *a = arena_new(0);
	const struct invite *invite = clean(a, EVENT_TEXT, text, strlen(text));
	assert_int_equal(invite->n_opaque, 4);
	assert_string_equal(invite->opaque[0], "protect-eu.mimecast.com");
	assert_string_equal(invite->opaque[1], "nam12.safelinks.protection.outlook.com");
	assert_string_equal(invite->opaque[2], "bit.ly");
	assert_string_equal(invite->opaque[3], "acme.zm.page");
	arena_free(a);
}

/* Google's calendar calls it text. */
static const struct row tagged[] = {
	{"Hi<br>all\nJoin <a href=\"https://zoom.us/j/1\">here</a>",
		"Hi\nall\nJoin here <https://zoom.us/j/1>",
		"https://zoom.us/j/1 zoom.us"},
	{"a <b\nc <https://zoom.us/j/1>\n<jane@example.com>",
		"a <b\nc <https://zoom.us/j/1>\n<jane@example.com>",
		"https://zoom.us/j/1 zoom.us"},
	{"a<br />b <https://zoom.us/j/1> <tel:+13238494874> <sip:1@zoomcrc.com>",
		"a\nb <https://zoom.us/j/1> <tel:+13238494874> <sip:1@zoomcrc.com>",
		NULL},
};

static void
text_may_have_tags(void **state)
{
	(void)state;
	RUN(EVENT_TEXT, tagged);
}

/* Evidence is shown in the original. */
static void
every_byte_has_an_origin(void **state)
{
	(void)state;
	static const struct {
		enum event_body_kind kind;
		const char *in, *found, *origin;
	} rows[] = {
		{EVENT_TEXT,
			"a\n>  > b\xc2\xa0"
			"c  d",
			"b c  d",
			"b\xc2\xa0"
			"c  d"},
		{EVENT_TEXT,
			"1\xe2\x80\x8b"
			"2\xef\xbc\x93"
			"4",
			"234",
			"2\xef\xbc\x93"
			"4"},
		{EVENT_TEXT,
			"x\xff"
			"y z",
			"y", "y"},
		{EVENT_HTML, "<p>Meeting <b>ID</b>:&nbsp;12&#51;</p>x", "ID: 123",
			"ID</b>:&nbsp;12&#51;"},
		{EVENT_HTML, "<a href=\"https://x.example/?a&amp;b\">Join</a> us",
			"https://x.example/?a&b", "https://x.example/?a&amp;b"},
		{EVENT_HTML, "<a href=\"https://x.example/&#97;b\">Join</a>", "ab",
			"&#97;b"},
		{EVENT_HTML, "<a href=\"https://x.example/\">Join</a> us", "Join",
			"Join"},
		{EVENT_HTML, "<td>a</td><td>b</td><p>c", "b", "b"},
		{EVENT_HTML, "a<i style=display:none>b</i>c", "b", "b"},
		{EVENT_TEXT, "<https://zoom.us/j/1\n23>", "https://zoom.us/j/123",
			"https://zoom.us/j/1\n23"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new(0);
		const struct invite *invite =
			clean(a, rows[i].kind, rows[i].in, strlen(rows[i].in));
		check(invite);
		const struct invite_part *p = &invite->parts[0];
		const char *found = strstr(p->text, rows[i].found);
		assert_non_null(found);
		size_t at = (size_t)(found - p->text);
		size_t from = invite_origin(p, at);
		size_t to = invite_origin(p, at + strlen(rows[i].found));
		const char *was =
			arena_strndup(a, rows[i].in + from, to > from ? to - from : 0);
		assert_string_equal(was, rows[i].origin);
		arena_free(a);
	}
}

static void
parts_are_all_that_an_event_says(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct entry_point entries[] = {
		{.kind = ENTRY_VIDEO,
			.name = "X-GOOGLE-CONFERENCE",
			.uri = "https://meet.google.com/abc-defg-hij"},
		{.kind = ENTRY_PHONE,
			.name = "phone",
			.uri = "tel:+1-304-441-0816",
			.pin = "123"},
		{.kind = ENTRY_MORE},
	};
	const struct event_body bodies[] = {{EVENT_TEXT, "DESCRIPTION", "Join now", 8},
		{EVENT_HTML, "X-ALT-DESC", "<a href=https://zoom.us/j/1>Join now</a>",
			40},
		{EVENT_TEXT, NULL, NULL, 0}};
	struct event event = {.id = "1",
		.subject = "https://zoom.us/j/3",
		.location = "https://zoom.us/j/2",
		.entries = entries,
		.n_entries = 3,
		.bodies = bodies,
		.n_bodies = 3};
	const struct invite *invite = invite_clean(a, &event);
	check(invite);
	static const struct {
		enum invite_source source;
		const char *name, *text;
	} parts[] = {
		{SOURCE_ENTRY, "X-GOOGLE-CONFERENCE",
			"https://meet.google.com/abc-defg-hij"},
		{SOURCE_ENTRY, "phone", "tel:+1-304-441-0816"},
		{SOURCE_ENTRY, "entry", ""},
		{SOURCE_LOCATION, "location", "https://zoom.us/j/2"},
		{SOURCE_BODY, "DESCRIPTION", "Join now"},
		{SOURCE_BODY, "X-ALT-DESC", "Join now <https://zoom.us/j/1>"},
		{SOURCE_BODY, "body", ""},
		{SOURCE_SUBJECT, "subject", "https://zoom.us/j/3"},
	};
	assert_int_equal(invite->n_parts, sizeof parts / sizeof *parts);
	for (size_t i = 0; i < invite->n_parts; i++) {
		const struct invite_part *p = &invite->parts[i];
		assert_int_equal(p->source, parts[i].source);
		assert_string_equal(p->name, parts[i].name);
		assert_string_equal(p->text, parts[i].text);
		assert_ptr_equal(p->entry, i < 3 ? &entries[i] : NULL);
	}
	assert_string_equal(links(a, invite),
		"https://meet.google.com/abc-defg-hij meet.google.com\ntel:+1-304-441-0816 -\n"
		"https://zoom.us/j/2 zoom.us\nhttps://zoom.us/j/1 zoom.us\nhttps://zoom.us/j/3 zoom.us");
	event = (struct event){.id = "1"};
	invite = invite_clean(a, &event);
	assert_int_equal(invite->n_parts, 0);
	assert_false(invite->truncated);
	arena_free(a);
}

static const char *
repeat(struct arena *a, const char *first, const char *unit, size_t size,
	const char *last, size_t *ret_n)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, first);
	while (b.n < size)
		buf_str(&b, unit);
	buf_str(&b, last);
	*ret_n = b.n;
	return b.s;
}

static void
limits_hold(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	size_t n;
	const char *s = repeat(a, "", "x\xc3\xa9", INVITE_MAX_BODY + 10, "end", &n);
	const struct invite *invite = clean(a, EVENT_TEXT, s, n);
	check(invite);
	assert_true(invite->truncated);
	assert_true(invite->parts[0].size <= INVITE_MAX_BODY);
	assert_null(strstr(invite->parts[0].text, "\xef\xbf\xbd"));
	invite = clean(a, EVENT_TEXT, s, INVITE_MAX_BODY);
	assert_false(invite->truncated);
	invite = clean(a, EVENT_HTML, s, n);
	check(invite);
	assert_true(invite->truncated);
	assert_null(strstr(invite->parts[0].text, "\xef\xbf\xbd"));

	s = repeat(a, "", "https://zoom.us/j/1 ", 20 * 10000, "", &n);
	invite = clean(a, EVENT_TEXT, s, n);
	check(invite);
	assert_int_equal(invite->n_links, INVITE_MAX_LINKS);
	assert_true(invite->truncated);

	s = repeat(a, "", "x<br>\n", 8 * INVITE_MAX_LINES, "", &n);
	for (int kind = EVENT_TEXT; kind <= EVENT_HTML; kind++) {
		invite = clean(a, (enum event_body_kind)kind, s, n);
		check(invite);
		assert_in_range(
			invite->parts[0].n_lines, INVITE_MAX_LINES, INVITE_MAX_LINES + 1);
		assert_true(invite->truncated);
	}

	/* an image within the page does not use up what may be read */
	s = repeat(a, "<img src=\"data:image/png;base64,", "+1323 zoom.us/j/1 ", 2 << 20,
		"\"><a href=https://zoom.us/j/7>Join</a>", &n);
	invite = clean(a, EVENT_HTML, s, n);
	check(invite);
	assert_false(invite->truncated);
	assert_string_equal(links(a, invite), "https://zoom.us/j/7 zoom.us");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_read_as_shown),
		cmocka_unit_test(what_nobody_sees_is_hidden),
		cmocka_unit_test(links_of_pages),
		cmocka_unit_test(characters_are_folded),
		cmocka_unit_test(quotations_are_marked),
		cmocka_unit_test(links_in_text),
		cmocka_unit_test(hosts_are_read_strictly),
		cmocka_unit_test(broken_links_are_joined_when_sure),
		cmocka_unit_test(wrappers_are_undone),
		cmocka_unit_test(wrappers_end),
		cmocka_unit_test(slashes_are_not_added_without_end),
		cmocka_unit_test(opaque_wrappers_are_named),
		cmocka_unit_test(text_may_have_tags),
		cmocka_unit_test(every_byte_has_an_origin),
		cmocka_unit_test(parts_are_all_that_an_event_says),
		cmocka_unit_test(limits_hold),
	};
	return cmocka_run_group_tests_name("invite", tests, NULL, NULL);
}
