#pragma once

#include "core/http/requestbody.h"

#include <QIODevice>
#include <QList>

#include <memory>

namespace qcc {

/// A piece of a body that is sent instead of what stands there.
struct BodyPatch {
    qint64 at = 0;
    qint64 length = 0;
    QByteArray bytes;
};

/// One attempt's way through a request's body, from its beginning, while it may still arrive. Sequential: read() gives nothing where the next byte
/// is not here yet; readyRead() tells of more.
/// Thread: the body's.
class BodyReader final : public QIODevice
{
    Q_OBJECT

public:
    /// `patches` in order; only of a body that is complete.
    BodyReader(std::shared_ptr<const RequestBody> body, QList<BodyPatch> patches, QObject *parent = nullptr);

    /// More of the body is here, or its end is.
    void bodyGrew() { Q_EMIT readyRead(); }
    /// Everything has been read, and nothing will follow.
    bool isDone() const { return m_body->isComplete() && m_next == m_body->size() && m_patchRead == 0; }

    // QIODevice
    bool isSequential() const override { return true; }
    /// What there will be to read in all; -1 while that is not known.
    qint64 size() const override;
    bool atEnd() const override { return isDone(); }

protected:
    qint64 readData(char *data, qint64 max) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::shared_ptr<const RequestBody> m_body;
    QList<BodyPatch> m_patches;
    qint64 m_next = 0;      ///< In the body.
    qsizetype m_patch = 0;  ///< The next one.
    qint64 m_patchRead = 0; ///< Of that one.
};

} // namespace qcc
