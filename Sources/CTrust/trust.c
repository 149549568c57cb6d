#include "CTrust.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct cfb_trust {
  char *bundle;
  int has_read_bundle;
  cfb_certificate *roots;
  size_t count;
  /* Both are made when the first connection needs them. All connections share the store, which has
   * the roots and, once it was needed, the bundle. */
  X509_STORE *store;
  STACK_OF(X509) * parsed;
};

cfb_trust *cfb_trust_create(const char *bundle) {
  cfb_trust *trust = calloc(1, sizeof *trust);
  if (trust == NULL || bundle == NULL) return trust;
  trust->bundle = strdup(bundle);
  if (trust->bundle != NULL) return trust;
  free(trust);
  return NULL;
}

int cfb_trust_add_root(cfb_trust *trust, const unsigned char *bytes, size_t count) {
  cfb_certificate *roots = realloc(trust->roots, (trust->count + 1) * sizeof *roots);
  if (roots == NULL) return 0;
  trust->roots = roots;
  unsigned char *copy = malloc(count + 1);
  if (copy == NULL) return 0;
  if (count > 0) memcpy(copy, bytes, count);
  roots[trust->count++] = (cfb_certificate){copy, count};
  return 1;
}

void cfb_trust_free(cfb_trust *trust) {
  if (trust == NULL) return;
  X509_STORE_free(trust->store);
  sk_X509_pop_free(trust->parsed, X509_free);
  for (size_t index = 0; index < trust->count; index++) free((void *)trust->roots[index].bytes);
  free(trust->roots);
  free(trust->bundle);
  free(trust);
}

/* Adds the bundle to the store. If it can't be read, the next verification tries again. */
static void read_bundle(cfb_trust *trust) {
  if (trust->has_read_bundle || trust->bundle == NULL) return;
  trust->has_read_bundle = X509_STORE_load_locations(trust->store, trust->bundle, NULL) == 1;
  ERR_clear_error();
}

/* The issuer of a certificate among others, by name and key identifier; its signature is not checked. */
static X509 *find_issuer(X509 *certificate, const STACK_OF(X509) * others) {
  for (int index = 0; index < sk_X509_num(others); index++) {
    X509 *other = sk_X509_value(others, index);
    if (X509_check_issued(other, certificate) == X509_V_OK) return other;
  }
  return NULL;
}

/* Whether the issuers that the server sent lead to one of the roots. */
static int leads_to_root(const cfb_trust *trust, X509_STORE_CTX *context) {
  const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(context);
  X509 *certificate = X509_STORE_CTX_get0_cert(context);
  /* Each step uses up one of what was sent, unless they issued each other in a circle. */
  for (int steps = 0; certificate != NULL && steps <= sk_X509_num(sent); steps++) {
    if (find_issuer(certificate, trust->parsed) != NULL) return 1;
    certificate = find_issuer(certificate, sent);
  }
  return 0;
}

/* Stands in for X509_verify_cert, which still decides alone: SSL_CTX_set_cert_verify_callback. Before
 * it is asked, the store has all that it may need. */
static int verify(X509_STORE_CTX *context, void *data) {
  cfb_trust *trust = data;
  if (!leads_to_root(trust, context)) read_bundle(trust);
  int is_verified = X509_verify_cert(context) == 1;
  /* Should a chain ever only seem to lead to a root, the next connection has the bundle. */
  if (!is_verified) read_bundle(trust);
  return is_verified;
}

/* Parses the roots into a new store. */
static int prepare(cfb_trust *trust) {
  X509_STORE *store = X509_STORE_new();
  STACK_OF(X509) *parsed = sk_X509_new_null();
  int is_prepared = store != NULL && parsed != NULL;
  for (size_t index = 0; is_prepared && index < trust->count; index++) {
    const unsigned char *bytes = trust->roots[index].bytes;
    X509 *root = d2i_X509(NULL, &bytes, (long)trust->roots[index].count);
    is_prepared = root != NULL && X509_STORE_add_cert(store, root) && sk_X509_push(parsed, root) > 0;
    if (!is_prepared) X509_free(root);
  }
  if (is_prepared) {
    trust->store = store;
    trust->parsed = parsed;
  } else {
    X509_STORE_free(store);
    sk_X509_pop_free(parsed, X509_free);
    ERR_clear_error();
  }
  return is_prepared;
}

int cfb_trust_apply(cfb_trust *trust, void *ssl_context) {
  if (trust->store == NULL && !prepare(trust)) return 0;
  SSL_CTX_set1_cert_store(ssl_context, trust->store);
  SSL_CTX_set_cert_verify_callback(ssl_context, verify, trust);
  return 1;
}

int cfb_trust_prepare(cfb_trust *trust) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  int is_prepared = context != NULL && cfb_trust_apply(trust, context);
  SSL_CTX_free(context);
  ERR_clear_error();
  return is_prepared;
}

void cfb_leave_out_openssl_configuration(void) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

int cfb_trust_has_read_bundle(const cfb_trust *trust) { return trust->has_read_bundle; }
