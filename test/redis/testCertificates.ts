/**
 * Certificates made for these tests and of use to nobody else. ECDSA P-256, from 2020 to 2120, those for a server with the
 * names localhost, 127.0.0.1 and ::1. For each of them:
 *
 *   openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out leaf.key
 *   openssl req -new -key leaf.key -subj /CN=redis-messaging-test -out good.csr
 *   openssl ca -config ca.cnf -in good.csr -out good.pem -notext -cert ca.pem -keyfile ca.key \
 *     -startdate 20200101000000Z -enddate 21200101000000Z -extensions good
 *
 * where ca.cnf holds `subjectAltName` and `basicConstraints` (`extendedKeyUsage=clientAuth` for the client's) in the section
 * `good`. The authority and the self-signed one are signed with `-selfsign` instead of `-cert`.
 */

/** The authority that signed all but `selfSigned`. Its key is nowhere any more. */
export const authority = `
-----BEGIN CERTIFICATE-----
MIIBhDCCASugAwIBAgIBATAKBggqhkjOPQQDAjApMScwJQYDVQQDDB5yZWRpcy1t
ZXNzYWdpbmctdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
MDEwMDAwMDBaMCkxJzAlBgNVBAMMHnJlZGlzLW1lc3NhZ2luZy10ZXN0LWF1dGhv
cml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEvuLcIfg6MufGPsnhkDqp89
74AldQgh0MJrZ87xK/GXJx/Z6QhbFqkVO48FYRYZ2LOdgkw1LN0iNFVt/QcC6XWj
QjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBRC
4lQc/7lKsUmt4I2h5fdo0WW9yDAKBggqhkjOPQQDAgNHADBEAiBntBNSU7r4B5zP
HvR85GWNNQXe0dvF3n76d1RYxEnoeQIgYFuYHHYamJnxA+MhkgjW5gKg0QSiXXv3
e+Eh80cD7o0=
-----END CERTIFICATE-----
`.trim();

/** The key of every certificate below. */
export const key = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjgwkv2Q746atNBjt
l9K2LO6np/hA9noolYtpyda/23mhRANCAAT10LcbVG04FDvwtTw5l7RdR8cFCj6N
UdMQS1mQDAB762DqRvA5QOG18/YdOyYMqK7atyd8mpoGz1rzA8ZyiqVY
-----END PRIVATE KEY-----
`.trim();

/** What a server (or with `client` a client) can show. */
export const certificates = {
  good: `
-----BEGIN CERTIFICATE-----
MIIBtzCCAV2gAwIBAgIBAzAKBggqhkjOPQQDAjApMScwJQYDVQQDDB5yZWRpcy1t
ZXNzYWdpbmctdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
MDEwMDAwMDBaMB8xHTAbBgNVBAMMFHJlZGlzLW1lc3NhZ2luZy10ZXN0MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE9dC3G1RtOBQ78LU8OZe0XUfHBQo+jVHTEEtZ
kAwAe+tg6kbwOUDhtfP2HTsmDKiu2rcnfJqaBs9a8wPGcoqlWKN+MHwwDAYDVR0T
AQH/BAIwADAsBgNVHREEJTAjgglsb2NhbGhvc3SHBH8AAAGHEAAAAAAAAAAAAAAA
AAAAAAEwHQYDVR0OBBYEFEKd8XFAldkSqilbKts2dqm3WjpxMB8GA1UdIwQYMBaA
FELiVBz/uUqxSa3gjaHl92jRZb3IMAoGCCqGSM49BAMCA0gAMEUCIA5+GQqIS2XZ
Kq2LilVjn1SnSm3Zidxyt1yp2kb/NrsqAiEA5TD9xHhVfo6yjUXO9Y7CBdupMa6M
2Vsv3KSr95W0ZkA=
-----END CERTIFICATE-----
`.trim(),
  /** Not signed by the authority. */
  selfSigned: `
-----BEGIN CERTIFICATE-----
MIIBkDCCATWgAwIBAgIBAjAKBggqhkjOPQQDAjAfMR0wGwYDVQQDDBRyZWRpcy1t
ZXNzYWdpbmctdGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFow
HzEdMBsGA1UEAwwUcmVkaXMtbWVzc2FnaW5nLXRlc3QwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAAT10LcbVG04FDvwtTw5l7RdR8cFCj6NUdMQS1mQDAB762DqRvA5
QOG18/YdOyYMqK7atyd8mpoGz1rzA8ZyiqVYo2AwXjAPBgNVHRMBAf8EBTADAQH/
MCwGA1UdEQQlMCOCCWxvY2FsaG9zdIcEfwAAAYcQAAAAAAAAAAAAAAAAAAAAATAd
BgNVHQ4EFgQUQp3xcUCV2RKqKVsq2zZ2qbdaOnEwCgYIKoZIzj0EAwIDSQAwRgIh
ANY0vGgq/xwXAzs6Iuuooey+t+e1whoikxOCPocY00vzAiEA3SPI5v/nuixw1XNL
7rCxatL8nIc73XSQw2i8U9+Xeq4=
-----END CERTIFICATE-----
`.trim(),
  /** For other.example. */
  wrongName: `
-----BEGIN CERTIFICATE-----
MIIBojCCAUmgAwIBAgIBBDAKBggqhkjOPQQDAjApMScwJQYDVQQDDB5yZWRpcy1t
ZXNzYWdpbmctdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
MDEwMDAwMDBaMB8xHTAbBgNVBAMMFHJlZGlzLW1lc3NhZ2luZy10ZXN0MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE9dC3G1RtOBQ78LU8OZe0XUfHBQo+jVHTEEtZ
kAwAe+tg6kbwOUDhtfP2HTsmDKiu2rcnfJqaBs9a8wPGcoqlWKNqMGgwDAYDVR0T
AQH/BAIwADAYBgNVHREEETAPgg1vdGhlci5leGFtcGxlMB0GA1UdDgQWBBRCnfFx
QJXZEqopWyrbNnapt1o6cTAfBgNVHSMEGDAWgBRC4lQc/7lKsUmt4I2h5fdo0WW9
yDAKBggqhkjOPQQDAgNHADBEAiA+zzlrRdw0+2cIPAGD2SIzGUlCdvwoO60sdURa
SeHqsQIgAhwfTkxyptFJOoTNGBglag22HVDrE1hMfczrVLORdIQ=
-----END CERTIFICATE-----
`.trim(),
  /** Ended with 2020. */
  expired: `
-----BEGIN CERTIFICATE-----
MIIBtDCCAVugAwIBAgIBBjAKBggqhkjOPQQDAjApMScwJQYDVQQDDB5yZWRpcy1t
ZXNzYWdpbmctdGVzdC1hdXRob3JpdHkwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAx
MDAwMDAwWjAfMR0wGwYDVQQDDBRyZWRpcy1tZXNzYWdpbmctdGVzdDBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABPXQtxtUbTgUO/C1PDmXtF1HxwUKPo1R0xBLWZAM
AHvrYOpG8DlA4bXz9h07Jgyortq3J3yamgbPWvMDxnKKpVijfjB8MAwGA1UdEwEB
/wQCMAAwLAYDVR0RBCUwI4IJbG9jYWxob3N0hwR/AAABhxAAAAAAAAAAAAAAAAAA
AAABMB0GA1UdDgQWBBRCnfFxQJXZEqopWyrbNnapt1o6cTAfBgNVHSMEGDAWgBRC
4lQc/7lKsUmt4I2h5fdo0WW9yDAKBggqhkjOPQQDAgNHADBEAiBLZPFUGFBqLHDe
S24WGx6/PGcFS1wJh+w5DiCldZaWzwIgccbmAWhkV9dk54fHLjdIn/GpNs4HoH07
jsEGc3cuuZI=
-----END CERTIFICATE-----
`.trim(),
  /** For a client. */
  client: `
-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIBBTAKBggqhkjOPQQDAjApMScwJQYDVQQDDB5yZWRpcy1t
ZXNzYWdpbmctdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
MDEwMDAwMDBaMB8xHTAbBgNVBAMMFHJlZGlzLW1lc3NhZ2luZy10ZXN0MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE9dC3G1RtOBQ78LU8OZe0XUfHBQo+jVHTEEtZ
kAwAe+tg6kbwOUDhtfP2HTsmDKiu2rcnfJqaBs9a8wPGcoqlWKNlMGMwDAYDVR0T
AQH/BAIwADATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQUQp3xcUCV2RKq
KVsq2zZ2qbdaOnEwHwYDVR0jBBgwFoAUQuJUHP+5SrFJreCNoeX3aNFlvcgwCgYI
KoZIzj0EAwIDSAAwRQIgYlK5luKB62ffgXZUDIFeWKvTeBJrI1E3YtNPDclgltAC
IQCEeqAb9olrSdh5V5LnNYoFfdK1d9qV5RR+MjoI0mfSEw==
-----END CERTIFICATE-----
`.trim(),
};
