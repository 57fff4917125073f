#pragma once

#include <QIODevice>
#include <QPointer>

namespace qcc {

/// A request body that can be read once. Qt's transport rewinds a body before it sends a request again; this one refuses, and
/// so nothing is ever sent again behind our back.
class OneShotBody final : public QIODevice
{
    Q_OBJECT

public:
    /// Reads `source`, of which there are `size` bytes, as Qt asks for them; null: an empty body.
    explicit OneShotBody(QIODevice *source, qint64 size, QObject *parent = nullptr);

    // QIODevice
    bool isSequential() const override { return false; }
    qint64 size() const override { return m_size; }
    qint64 pos() const override { return m_read; }
    bool atEnd() const override { return m_read >= m_size; }
    qint64 bytesAvailable() const override { return m_size - m_read; }
    bool seek(qint64 position) override;
    bool reset() override { return false; }

protected:
    qint64 readData(char *data, qint64 max) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QPointer<QIODevice> m_source;
    qint64 m_size;
    qint64 m_read = 0;
};

} // namespace qcc
