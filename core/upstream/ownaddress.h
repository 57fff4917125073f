#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QHostAddress>
#include <QJsonObject>
#include <QList>

#include <functional>

class QObject;

namespace qcc {

/// Where this proxy itself listens: no connection to an upstream may end there.
struct OwnAddress {
    QHostAddress host;
    quint16 port = 0; ///< 0: it does not listen; nothing leads to it.
    QByteArray mark;  ///< Of requests that passed it, see withHop().
};

/// Whether a connection from `local` to `peer`:`port` ends at `own`. Judged by where it really leads, whatever name or resolver led there.
bool endsAt(const OwnAddress &own, const QHostAddress &peer, quint16 port, const QHostAddress &local);

/// Whether somebody who asks for `resolved` on the right port may reach a proxy that listens on `listening`. `ours`: the addresses of this
/// computer. Before anything listens, every loopback address counts as one.
bool mayReach(const QHostAddress &listening, const QHostAddress &resolved, const QList<QHostAddress> &ours);

/// Whether `address` is this computer's or of a private network: no upstream of the internet.
/// Source: RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6, RFC 6598.
bool isNearby(const QHostAddress &address);

/// The base URLs of `after` that are not in `before` and name the port that qcc listens on: one of these may lead back to qcc.
/// Both are config.json's.
QList<QByteArray> urlsToCheck(const QJsonObject &before, const QJsonObject &after);

/// Looks up where `baseUrls` lead, and answers a NotAllowed for the first that leads to where `config` has qcc listen. Answers once, not
/// before it returned, and not any more once `context` is gone. What cannot be looked up within two seconds is no reason to refuse:
/// every connection is looked at again before anything is sent on it.
void refuseLoops(const QJsonObject &config, const QList<QByteArray> &baseUrls, QObject *context,
                 std::function<void(const Result<void> &)> answer);

} // namespace qcc
