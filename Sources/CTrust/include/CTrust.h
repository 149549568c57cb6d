/* A few certificates that are trusted first, and a bundle that is read only when they are not enough. */
#pragma once

#include <stddef.h>

/* What a process trusts: certificates in memory, and a bundle to fall back on. */
typedef struct cfb_trust cfb_trust;

/* A certificate in DER. */
typedef struct {
  const unsigned char *_Nonnull bytes;
  size_t count;
} cfb_certificate;

/* One of the roots under which Amazon issues the certificates of AWS's endpoints, or null after the
 * last; see scripts/update-roots.sh. */
const cfb_certificate *_Nullable cfb_amazon_root(size_t index);

/* Makes an empty trust before a bundle, of which it copies the path; a null path means that there is
 * no bundle. Returns null when memory is exhausted. Reads nothing yet. */
cfb_trust *_Nullable cfb_trust_create(const char *_Nullable bundle);

/* Copies a certificate in DER, and parses it when the first connection needs it. Returns 1, or 0 when
 * memory is exhausted. */
int cfb_trust_add_root(cfb_trust *_Nonnull trust, const unsigned char *_Nullable bytes, size_t count);

void cfb_trust_free(cfb_trust *_Nullable trust);

/* Makes an SSL_CTX trust the certificates and, from the first chain on that does not lead to one of
 * them, the bundle too. Verification is OpenSSL's own: this only decides when the bundle is read.
 * The context refers to the trust, which must outlive it. Returns 1, or 0 when a certificate can't be
 * parsed or memory is exhausted. Not for two threads at once. */
int cfb_trust_apply(cfb_trust *_Nonnull trust, void *_Nonnull ssl_context);

/* Does what the first connection would have to do before it is opened: has OpenSSL load its providers,
 * and parses the certificates. Returns 1, or 0 as cfb_trust_apply. */
int cfb_trust_prepare(cfb_trust *_Nonnull trust);

/* Keeps OpenSSL from reading the machine's configuration when it starts. Must come before whatever
 * starts it. */
void cfb_leave_out_openssl_configuration(void);

/* Whether the bundle has been read. */
int cfb_trust_has_read_bundle(const cfb_trust *_Nonnull trust);
