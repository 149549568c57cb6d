/* Typed wrappers: curl_easy_setopt and curl_easy_getinfo are variadic, which Swift can't call. */
#pragma once

#include <curl/curl.h>
#include <stddef.h>
#if defined(__GLIBC__)
#include <nss.h>
#endif

/* libcurl promises that a valid option with a value of its type is taken, so that most of these
 * fail only on exhausted memory. */
static inline CURLcode cfb_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

/* libcurl copies the string. */
static inline CURLcode cfb_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

/* libcurl keeps the pointer: it must stay valid until the transfer is over. */
static inline CURLcode cfb_set_pointer(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, (void *)value);
}

/* A POST with this body, which libcurl does not copy. Without a pointer it would read stdin. */
static inline CURLcode cfb_set_body(CURL *handle, const void *bytes, curl_off_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POST, 1L);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
  if (code != CURLE_OK) return code;
  return curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bytes != NULL ? bytes : "");
}

/* libcurl keeps the list: its owner frees it after the transfer. */
static inline CURLcode cfb_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

typedef size_t (*cfb_data_callback)(char *bytes, size_t size, size_t count, void *context);

/* CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, which have one signature. */
static inline CURLcode cfb_set_data_callback(
    CURL *handle, CURLoption option, cfb_data_callback value) {
  return curl_easy_setopt(handle, option, value);
}

/* Called for each new TLS connection, before its handshake, with the SSL_CTX of OpenSSL. */
static inline CURLcode cfb_set_tls_context(
    CURL *handle, void *data, curl_ssl_ctx_callback callback) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, data);
  if (code != CURLE_OK) return code;
#if LIBCURL_VERSION_NUM >= 0x075700
  /* Else libcurl would use the callback's store for every later host without a bundle of its own. */
  code = curl_easy_setopt(handle, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  if (code != CURLE_OK) return code;
#endif
  return curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, callback);
}

static inline CURLcode cfb_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

/* libcurl owns the text, until the handle is used again. */
static inline CURLcode cfb_get_text(CURL *handle, CURLINFO info, char **value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode cfb_get_off(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

/* The certificates that the server showed, each a list of texts; libcurl owns them. */
static inline CURLcode cfb_get_certificates(
    CURL *handle, int *count, struct curl_slist ***lists) {
  struct curl_certinfo *found = NULL;
  CURLcode code = curl_easy_getinfo(handle, CURLINFO_CERTINFO, &found);
  if (code != CURLE_OK || found == NULL) return code;
  *count = found->num_of_certs;
  *lists = found->certinfo;
  return code;
}

/* Names which protocols may be spoken; for_http_only != 0 leaves out https.
 * CURLOPT_PROTOCOLS_STR came with 7.85, which deprecated the bit mask that 7.81 knows. */
static inline CURLcode cfb_set_protocols(CURL *handle, int for_http_only) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, for_http_only ? "http" : "http,https");
#else
  return curl_easy_setopt(
      handle, CURLOPT_PROTOCOLS,
      for_http_only ? (long)CURLPROTO_HTTP : (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* After a timeout, leaves a name lookup that is still going on to its own thread, which ends with it.
 * Without this libcurl waits for getaddrinfo, however long that takes. Since 7.87. */
static inline CURLcode cfb_leave_lookups(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
  return curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)handle;
  return CURLE_OK;
#endif
}

/* CURL_GLOBAL_DEFAULT is a macro of shifts that Swift does not import. */
static inline CURLcode cfb_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

/* A statically linked glibc must never load the host's name service modules: they bring the
 * host's libc, and the process aborts. These two services are inside libc since 2.34. */
static inline int cfb_pin_name_services(void) {
#if defined(__GLIBC__)
  return __nss_configure_lookup("hosts", "files dns");
#else
  return 0;
#endif
}
