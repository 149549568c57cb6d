/* SHA256_Init, _Update and _Final fetch nothing from a provider and so can't fail; what replaces
   them can. OpenSSL 3 marks them as deprecated all the same. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/hmac.h>
#include <openssl/sha.h>
