#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

/// What a request asks for, at a base URL with the path `basePath` ("/api", without a slash at its end, or ""). What both say is said once: a base
/// URL that ends in a version ("/api/v1", "/paas/v4", "/v1beta/openai") says it for every request, and one that is the whole path of an API
/// ("/v1/chat/completions") stands for what is before that. Everything else of `target` stays as it is, byte for byte.
QByteArray joinedTarget(const QByteArray &basePath, const QByteArray &target);

/// What a good base URL has behind a version that does not end it ("/chat" of "https://relay.example/v1/chat"), so that requests name one twice.
/// Empty where it has none, and where the base URL is complete with it.
QByteArray pathBehindVersion(const QByteArray &baseUrl);

/// A good base URL without characters that cannot be seen, which QUrl encodes in a path and drops in a host.
QByteArray withoutUnseen(const QByteArray &baseUrl);

/// The end of a good base URL that requests name themselves ("/v1", "/v1/messages"). It is joined, but keeps out clients that ask for another version.
QByteArray needlessEnd(const QByteArray &baseUrl);

/// Why requests may not arrive below a good base URL, as the rest of a sentence about it ("names v1 in its midst, …"); empty where there is no such
/// doubt.
QString baseUrlDoubt(const QByteArray &baseUrl);
/// The doubt, or else what could be left out; likewise.
QString baseUrlAdvice(const QByteArray &baseUrl);

} // namespace qcc
