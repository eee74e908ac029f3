#include "invite/lines.h"

#include <string.h>

enum {
	HEADER_LINES = 6, /* within which the headers of an earlier mail stand */
	HEADER_SCORE = 2, /* "Sent:" is enough, a date or an addressee is not */
	MARKER_MAX = 100, /* bytes of a line that announces an earlier mail */
	WROTE_MAX = 400,
	RULE_MIN = 8, /* of one character, in a line drawn across */
	NOWHERE = -1,
};

/* "From:" and what follows it, as mail programs of several languages write them. */
enum header { NO_HEADER, FROM, SENT, DATED, OTHER, N_HEADERS };

enum { WORDS = 40 };
static const char *const headers[N_HEADERS][WORDS] = {
	[FROM] = {"From", "Von", "De", "Da", "Van", "Från", "Fra", "Od", "От",
		"Lähettäjä", "Kimden", "发件人", "寄件者", "差出人", "보낸 사람"},
	[SENT] = {"Sent", "Gesendet", "Envoyé", "Enviado", "Enviado el", "Enviada em",
		"Inviato", "Verzonden", "Skickat", "Sendt", "Wysłano", "Odesláno",
		"Отправлено", "Lähetetty", "Gönderildi", "发送时间", "寄件日期",
		"送信日時", "보낸 날짜"},
	[DATED] = {"Date", "Datum", "Fecha", "Data", "Dato", "Дата", "Tarih", "日期",
		"日付", "날짜"},
	[OTHER] = {"To", "An", "À", "A", "Para", "Aan", "Till", "Til", "Do", "Komu",
		"Кому", "Kime", "收件人", "收件者", "宛先", "받는 사람", "Subject",
		"Betreff", "Objet", "Asunto", "Assunto", "Oggetto", "Onderwerp", "Ämne",
		"Emne", "Temat", "Тема", "Konu", "主题", "主旨", "件名", "제목"},
};

/* Between dashes: "-----Original Appointment-----" */
static const char *const markers[] = {"Original Message", "Original message",
	"Original Appointment", "Original Meeting", "Forwarded message",
	"Forwarded Message", "Ursprüngliche Nachricht", "Ursprünglicher Termin",
	"Originalnachricht", "Weitergeleitete Nachricht", "Message d'origine",
	"Message original", "Rendez-vous d'origine", "Message transféré",
	"Mensaje original", "Cita original", "Mensaje reenviado", "Forwarded by",
	"Mensagem original", "Mensagem encaminhada", "Messaggio originale",
	"Messaggio inoltrato", "Appuntamento originale", "Oorspronkelijk bericht",
	"Doorgestuurd bericht", "Ursprungligt meddelande", "Vidarebefordrat meddelande",
	"Oprindelig meddelelse", "Opprinnelig melding", "Исходное сообщение",
	"Пересылаемое сообщение", "原始邮件", "邮件原件", "转发邮件信息",
	"元のメッセージ", "원본 메시지"};

static const char *const beginnings[] = {"Begin forwarded message:",
	"Anfang der weitergeleiteten Nachricht:", "Début du message transféré :",
	"Inicio del mensaje reenviado:", "Inizio messaggio inoltrato:"};

/* "On … wrote:" */
static const struct {
	const char *first, *verb;
} wrotes[] = {
	{"On ", " wrote"},
	{"Am ", " schrieb"},
	{"Le ", " a écrit"},
	{"El ", " escribió"},
	{"Em ", " escreveu"},
	{"Il ", " ha scritto"},
	{"Op ", " schreef"},
	{"Den ", " skrev"},
};

static bool
begins(const char *s, size_t n, const char *word)
{
	if (n == 0 || s[0] != word[0])
		return false;
	size_t len = strlen(word);
	return n >= len && memcmp(s, word, len) == 0;
}

static enum header
header_of(const char *s, size_t n)
{
	enum { LONGEST = 24 };
	while (n > 0 && (*s == '*' || *s == ' ')) { /* "*From:* …" */
		s++;
		n--;
	}
	const char *colon = memchr(s, ':', n < LONGEST ? n : LONGEST);
	if (colon == NULL)
		return NO_HEADER;
	size_t len = (size_t)(colon - s);
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '*'))
		len--;
	for (enum header h = FROM; h < N_HEADERS; h++)
		for (size_t i = 0; i < WORDS && headers[h][i] != NULL; i++)
			if (s[0] == headers[h][i][0] && strlen(headers[h][i]) == len &&
				memcmp(s, headers[h][i], len) == 0)
				return h;
	return NO_HEADER;
}

static bool
is_marker(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
		if (begins(s, n, beginnings[i]))
			return true;
	size_t dashes = 0;
	while (dashes < n && (s[dashes] == '-' || s[dashes] == '_'))
		dashes++;
	if (dashes < 3 || n > MARKER_MAX)
		return false;
	s += dashes;
	n -= dashes;
	while (n > 0 && *s == ' ') {
		s++;
		n--;
	}
	for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
		if (begins(s, n, markers[i]))
			return true;
	return false;
}

static bool
is_stroke(char c)
{
	return c == '-' || c == '_' || c == '=' || c == '*' || c == '~' || c == ':';
}

/* A line drawn across sets a new block apart: "________", "-::~:~::~". */
static bool
is_rule(const char *s, size_t n)
{
	bool box = begins(s, n, "\u2500") || begins(s, n, "\u2501");
	if (n < RULE_MIN || !(box || is_stroke(s[0])))
		return false;
	size_t i = 0;
	while (i < n && (is_stroke(s[i]) || (box && (unsigned char)s[i] >= 0x80)))
		i++;
	return i == n;
}

static bool
is_signature(const char *s, size_t n)
{
	return n == 2 && s[0] == '-' && s[1] == '-';
}

/* Its first words on this line, its colon at the end of it or of the next. */
static bool
is_wrote(const struct text *t, size_t i)
{
	const struct invite_line *l = &t->lines[i];
	const char *s = t->s + l->at;
	for (size_t k = 0; k < sizeof wrotes / sizeof *wrotes; k++) {
		if (!begins(s, l->len, wrotes[k].first))
			continue;
		size_t end = l->at + l->len;
		if (i + 1 < t->n_lines && t->lines[i + 1].quote == l->quote &&
			end > l->at && t->s[end - 1] != ':')
			end = t->lines[i + 1].at + t->lines[i + 1].len;
		size_t n = end - l->at;
		return n > 0 && n < WROTE_MAX && s[n - 1] == ':' &&
		       memmem(s, n, wrotes[k].verb, strlen(wrotes[k].verb)) != NULL;
	}
	return false;
}

struct marking {
	struct text *t;
	int forwarded; /* the depth from which on lines are, or NOWHERE */
	int signature; /* the depth at which they are */
	int wrote;     /* the depth of an "On … wrote:" that nothing followed yet */
	struct {
		size_t line;
		int score, lines; /* that are left */
	} from;
};

/* "From: 10:00" has no sender. */
static bool
is_time(const char *s, size_t n)
{
	const char *colon = memchr(s, ':', n), *end = s + n;
	const char *value = colon != NULL ? colon + 1 : end;
	while (value < end && (*value == ' ' || *value == '*'))
		value++;
	return value < end && *value >= '0' && *value <= '9';
}

static void
note_header(struct marking *m, size_t i)
{
	const struct invite_line *l = &m->t->lines[i];
	enum header header = header_of(m->t->s + l->at, l->len);
	if (header == FROM && !is_time(m->t->s + l->at, l->len)) {
		m->from.line = i;
		m->from.score = 0;
		m->from.lines = HEADER_LINES;
		return;
	}
	if (m->from.lines == 0)
		return;
	m->from.lines--;
	m->from.score += header == SENT ? 2 : header != NO_HEADER;
	if (m->from.score < HEADER_SCORE || m->t->lines[m->from.line].quote != l->quote)
		return;
	for (size_t k = m->from.line; k < i; k++)
		m->t->lines[k].forwarded = true;
	m->t->lines[m->from.line].head = true;
	m->forwarded = l->quote;
	m->from.lines = 0;
}

static void
mark_line(struct marking *m, size_t i)
{
	struct invite_line *l = &m->t->lines[i];
	const char *s = m->t->s + l->at;
	int depth = l->quote;
	if (l->len > 0) {
		if (depth < m->forwarded)
			m->forwarded = NOWHERE;
		if (depth != m->signature || is_rule(s, l->len))
			m->signature = NOWHERE;
		/* an answer below what it quotes is not quoted itself */
		if (m->wrote != NOWHERE && depth <= m->wrote && m->forwarded == NOWHERE)
			m->forwarded = depth;
		m->wrote = NOWHERE;
		l->head = is_marker(s, l->len);
		if (l->head && (m->forwarded == NOWHERE || depth < m->forwarded))
			m->forwarded = depth;
		note_header(m, i);
		if (is_signature(s, l->len))
			m->signature = depth;
	}
	l->forwarded |= m->forwarded != NOWHERE && depth >= m->forwarded;
	l->signature = m->signature != NOWHERE && !l->forwarded;
}

void
lines_mark(struct text *t)
{
	struct marking m = {t, NOWHERE, NOWHERE, NOWHERE, {0, 0, 0}};
	for (size_t i = 0; i < t->n_lines; i++) {
		if (t->lines[i].hidden)
			continue;
		mark_line(&m, i);
		/* a line that is the second half of one starts nothing */
		if (t->lines[i].len > 0 && is_wrote(t, i)) {
			size_t end = t->lines[i].at + t->lines[i].len;
			if (t->s[end - 1] != ':' && i + 1 < t->n_lines)
				mark_line(&m, ++i);
			m.wrote = t->lines[i].quote;
		}
	}
}
