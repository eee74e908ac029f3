#include "sim/fault.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

static bool
find_fault(const struct faults *k, const char *name, struct order *ret)
{
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->all[i].name, name) == 0) {
			ret->fault = k->all[i];
			return true;
		}
	const char *code = k->code != NULL ? k->code(name, &ret->fault) : NULL;
	if (code == NULL || strlen(code) >= sizeof ret->code)
		return false;
	strcpy(ret->code, code);
	return true;
}

bool
fault_listed(const struct faults *k, size_t i, struct sim_fault *ret)
{
	if (i >= k->n)
		return false;
	*ret = (struct sim_fault){k->all[i].name, k->all[i].text};
	return true;
}

static bool
take_number(const char *s, long *ret)
{
	char *end;
	*ret = strtol(s, &end, 10);
	return *s >= '0' && *s <= '9' && *end == '\0';
}

/* What follows `mark` in `s`, which ends before it then; NULL: there is none. */
static char *
split(char *s, char mark)
{
	char *at = strchr(s, mark);
	if (at != NULL)
		*at++ = '\0';
	return at;
}

/* KIND[=NUMBER][@OPERATION][:COUNT] */
static bool
read_order(const struct faults *k, const char *text, struct order *ret)
{
	char s[64];
	if (strlen(text) >= sizeof s)
		return false;
	strcpy(s, text);
	char *count = split(s, ':'), *op = split(s, '@'), *number = split(s, '=');
	if (!find_fault(k, s, ret))
		return false;
	ret->left = 1;
	if (count != NULL && strcmp(count, "always") == 0)
		ret->left = -1;
	else if (count != NULL && !take_number(count, &ret->left))
		return false;
	if (number != NULL && !take_number(number, &ret->fault.number))
		return false;
	for (size_t i = 1; op != NULL && i < k->n_operations; i++)
		if (strcmp(k->operations[i], op) == 0) {
			ret->fault.only = (int)i;
			return true;
		}
	return op == NULL;
}

static int
add(struct orders *o, const char *text, struct err *err)
{
	struct order order = {.left = 0};
	if (!read_order(o->kinds, text, &order)) {
		err_set(err, ERR_CONFIG, "bad_fault", "no such fault: %.60s", text);
		err_cure(err, "It is KIND[=NUMBER][@OPERATION][:COUNT]; --help lists the "
			      "kinds.");
		return ERR_CONFIG;
	}
	if (o->n == MAX_ORDERS)
		return err_set(err, ERR_LIMIT, "too_many_faults", "too many faults wait");
	if (order.left == 0)
		return ERR_NONE;
	o->all[o->n++] = order;
	return ERR_NONE;
}

int
orders_place(struct orders *o, struct web *w, const char *text, struct err *err)
{
	web_lock(w);
	int grade = add(o, text, err);
	web_unlock(w);
	return grade;
}

void
orders_cancel(struct orders *o, struct web *w)
{
	web_lock(w);
	o->n = 0;
	web_unlock(w);
}

static const char *
fill(struct arena *a, const char *text, long n)
{
	const char *at = text != NULL ? strstr(text, "{n}") : NULL;
	return at != NULL
		       ? arena_printf(a, "%.*s%ld%s", (int)(at - text), text, n, at + 3)
		       : text;
}

static struct fault
ready(const struct order *order, struct arena *a)
{
	struct fault f = order->fault;
	f.headers = fill(a, f.headers, f.number);
	f.values = fill(a, f.values, f.number);
	if (order->code[0] != '\0')
		f.code = arena_strdup(a, order->code);
	return f;
}

bool
fault_named(const struct faults *k, const char *text, struct arena *a, struct fault *ret)
{
	struct order order = {.left = 0};
	if (!read_order(k, text, &order))
		return false;
	*ret = ready(&order, a);
	return true;
}

bool
orders_take(struct orders *o, int op, struct arena *a, struct fault *ret)
{
	for (size_t i = 0; i < o->n; i++) {
		struct order *order = &o->all[i];
		if (order->fault.only != 0 && order->fault.only != op)
			continue;
		*ret = ready(order, a);
		if (order->left < 0 || --order->left > 0)
			return true;
		o->n--;
		memmove(order, order + 1, (o->n - i) * sizeof *order);
		return true;
	}
	return false;
}
