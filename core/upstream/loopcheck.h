#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QList>

#include <functional>

class QObject;

namespace qcc {

/// The base URLs of `after` that are not in `before` and name the port that qcc listens on: one of these may lead back to qcc.
/// Both are config.json's.
QList<QByteArray> urlsToCheck(const QJsonObject &before, const QJsonObject &after);

/// Looks up where `baseUrls` lead, and answers a NotAllowed for the first that leads to where `config` has qcc listen. Answers once, not
/// before it returned, and not any more once `context` is gone. What cannot be looked up within two seconds is no reason to refuse:
/// every connection is looked at again before anything is sent on it.
void refuseLoops(const QJsonObject &config, const QList<QByteArray> &baseUrls, QObject *context,
                 std::function<void(const Result<void> &)> answer);

} // namespace qcc
