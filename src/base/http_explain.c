#include "base/http_explain.h"

#include <errno.h>

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include "base/err.h"

#define GIVE_ROOT "Give the link the authority's root certificate as its CA file"

/* By what OpenSSL says of the verification. */
static const struct tls_trouble {
	long verify;
	const char *code, *text, *cure;
} tls_troubles[] = {
	{X509_V_ERR_CERT_HAS_EXPIRED, "tls_expired", "the certificate has expired",
		"Renew the certificate on the server and bind it to IIS."},
	{X509_V_ERR_CERT_NOT_YET_VALID, "tls_not_yet_valid",
		"the certificate is not valid yet",
		"Check the clock of this machine and of the server."},
	{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "tls_self_signed",
		"the certificate is signed by itself and not by an authority",
		"Install a certificate of a public authority on the server (Exchange's "
		"own is "
		"self-signed), or give the link this certificate as its CA file."},
	{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "tls_unknown_issuer",
		"the certificate's authority is not one that this machine trusts",
		GIVE_ROOT "."},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "tls_unknown_issuer",
		"the certificate's authority is not one that this machine trusts",
		GIVE_ROOT
		", and check that the server sends its intermediate certificates."},
	{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "tls_unknown_issuer",
		"the certificate's authority is not one that this machine trusts",
		GIVE_ROOT
		", and check that the server sends its intermediate certificates."},
	/* libcurl compares the name itself, after OpenSSL was content, and then says
	   this. */
	{X509_V_ERR_UNSPECIFIED, "tls_wrong_host", "the certificate is for another name",
		"Use the name that the certificate is made for in the link's URL, or add "
		"this "
		"name to the certificate."},
};

static const struct trouble {
	enum http_why why;
	CURLcode curl; /* with WHY_CURL */
	enum err_grade grade;
	const char *code, *text, *cure;
} troubles[] = {
	{WHY_TOO_LARGE, 0, ERR_LIMIT, "reply_too_large",
		"the answer is larger than is read", ""},
	{WHY_HEADERS, 0, ERR_LIMIT, "headers_too_large",
		"the answer's headers are too large", ""},
	{WHY_ADDRESS, 0, ERR_DENIED, "address_refused",
		"the name leads to this machine itself or to a link-local address",
		"Check the name in DNS: a calendar server is never there."},
	{WHY_MEMORY, 0, ERR_RETRY, "no_memory", "not enough memory", ""},
	{WHY_REFUSED, 0, ERR_RETRY, "refused", "the connection was refused",
		"Check the port in the link's URL and that the server runs."},
	{WHY_CURL, CURLE_COULDNT_RESOLVE_HOST, ERR_RETRY, "dns",
		"the name could not be resolved",
		"Check the host name in the link's URL and this machine's DNS server."},
	{WHY_CURL, CURLE_COULDNT_CONNECT, ERR_RETRY, "unreachable",
		"no connection could be made",
		"Check the address, the route and the firewalls between."},
	{WHY_CURL, CURLE_OPERATION_TIMEDOUT, ERR_RETRY, "timeout", "no answer in time",
		"Check that the server is up and that no firewall drops the packets."},
	{WHY_CURL, CURLE_SSL_CONNECT_ERROR, ERR_DENIED, "tls_handshake",
		"no TLS connection could be agreed on",
		"The server must offer TLS 1.2 or 1.3; check that the URL's port speaks "
		"TLS."},
	{WHY_CURL, CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, "ca_file",
		"the CA file cannot be read",
		"Check the path of the link's CA file and that it holds PEM "
		"certificates."},
	{WHY_CURL, CURLE_GOT_NOTHING, ERR_RETRY, "connection_lost",
		"the server closed the connection", ""},
	{WHY_CURL, CURLE_RECV_ERROR, ERR_RETRY, "connection_lost", "the connection broke",
		""},
	{WHY_CURL, CURLE_SEND_ERROR, ERR_RETRY, "connection_lost", "the connection broke",
		""},
	{WHY_CURL, CURLE_PARTIAL_FILE, ERR_RETRY, "connection_lost",
		"the answer was cut off", ""},
	{WHY_CURL, CURLE_ABORTED_BY_CALLBACK, ERR_RETRY, "stopped",
		"given up, since the daemon stops", ""},
	{WHY_CURL, CURLE_OUT_OF_MEMORY, ERR_RETRY, "no_memory", "not enough memory", ""},
};

static int
explain_tls(void *curl, const char *name, struct err *err)
{
	long verify = -1;
	curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verify);
	for (size_t i = 0; i < sizeof tls_troubles / sizeof *tls_troubles; i++) {
		const struct tls_trouble *t = &tls_troubles[i];
		if (t->verify != verify)
			continue;
		err_set(err, ERR_DENIED, t->code, "%s: %s", name, t->text);
		err_cure(err, "%s", t->cure);
		return ERR_DENIED;
	}
	err_set(err, ERR_DENIED, "tls_untrusted", "%s: the certificate was refused: %s",
		name, X509_verify_cert_error_string(verify));
	err_cure(err, "Install a certificate of a public authority on the server, "
		      "or: " GIVE_ROOT ".");
	return ERR_DENIED;
}

/* Never libcurl's own message: it may quote what the server sent. */
int
http_explain(void *curl, int code, enum http_why why, const char *name, struct err *err)
{
	long os = 0;
	if (why == WHY_CURL && code == CURLE_PEER_FAILED_VERIFICATION)
		return explain_tls(curl, name, err);
	if (why == WHY_CURL && code == CURLE_COULDNT_CONNECT &&
		curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os) == CURLE_OK &&
		os == ECONNREFUSED)
		why = WHY_REFUSED;
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
		const struct trouble *t = &troubles[i];
		if (t->why != why || (why == WHY_CURL && (int)t->curl != code))
			continue;
		err_set(err, t->grade, t->code, "%s: %s", name, t->text);
		err_cure(err, "%s", t->cure);
		return (int)t->grade;
	}
	return err_set(err, ERR_BAD_REPLY, "bad_http",
		"%s: the answer is not sound HTTP (%s)", name,
		curl_easy_strerror((CURLcode)code));
}
