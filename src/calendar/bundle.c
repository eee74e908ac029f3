#include "calendar/bundle.h"

#include "reader/wire.h"

void
bundle_put(struct buf *b, const struct bundle_file *f)
{
	record_put_text(b, f->name, BUNDLE_MAX_NAME);
	record_put_bytes(b, f->bytes != NULL ? f->bytes : "", f->size);
	wire_put_err(b, &f->err);
}

void
bundle_get(struct record *r, struct bundle_file *ret)
{
	*ret = (struct bundle_file){.name = record_text(r, BUNDLE_MAX_NAME)};
	ret->bytes = record_bytes(r, BUNDLE_MAX_FILE, &ret->size);
	wire_get_err(r, &ret->err);
}
