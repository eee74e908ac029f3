#include "base/origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

void
origin_release(struct origin *o)
{
	curl_free(o->scheme);
	curl_free(o->host);
	curl_free(o->port);
	*o = (struct origin){0};
}

bool
origin_read(const char *url, struct origin *ret)
{
	struct origin o = {0};
	char *user = NULL, *password = NULL;
	bool ok = false;
	CURLU *u = curl_url();
	if (u == NULL || strlen(url) > ORIGIN_MAX_URL ||
		curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK)
		goto out;
	if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK ||
		curl_url_get(u, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK)
		goto out;
	if (curl_url_get(u, CURLUPART_SCHEME, &o.scheme, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_HOST, &o.host, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_PORT, &o.port, CURLU_DEFAULT_PORT) != CURLUE_OK)
		goto out;
	ok = strcmp(o.scheme, "https") == 0 || strcmp(o.scheme, "http") == 0;
out:
	if (ok)
		*ret = o;
	else
		origin_release(&o);
	if (password != NULL)
		explicit_bzero(password, strlen(password));
	curl_free(user);
	curl_free(password);
	curl_url_cleanup(u);
	return ok;
}

bool
origin_same(const struct origin *a, const struct origin *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
	       strcmp(a->port, b->port) == 0;
}

bool
origin_is_loopback(const struct origin *o)
{
	return strcmp(o->host, "127.0.0.1") == 0 || strcmp(o->host, "[::1]") == 0;
}

bool
address_allowed(const struct sockaddr *sa, bool loopback)
{
	uint32_t v4;
	if (sa->sa_family == AF_INET) {
		v4 = ntohl(
			((const struct sockaddr_in *)(const void *)sa)->sin_addr.s_addr);
	} else if (sa->sa_family == AF_INET6) {
		const struct in6_addr *a =
			&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
		if (IN6_IS_ADDR_LOOPBACK(a))
			return loopback;
		if (IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_UNSPECIFIED(a) ||
			IN6_IS_ADDR_MULTICAST(a))
			return false;
		if (!IN6_IS_ADDR_V4MAPPED(a))
			return true;
		memcpy(&v4, a->s6_addr + 12, 4);
		v4 = ntohl(v4);
	} else {
		return false;
	}
	if (v4 >> 24 == 127)
		return loopback;
	return v4 >> 24 != 0 && v4 >> 16 != 0xa9fe && v4 >> 28 != 0xe;
}
