#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace qcc {

/// A token that is hidden until somebody wants to see it, with a button that makes one.
class TokenEdit : public QWidget
{
    Q_OBJECT

public:
    explicit TokenEdit(QWidget *parent = nullptr);

    QString token() const;
    void setToken(const QString &token);

Q_SIGNALS:
    void edited();
    void finished();

private:
    QLineEdit *m_text;
    QPushButton *m_reveal;
};

/// 192 random bits of the system, as text that passes unchanged through headers, shells and URLs.
QString newToken();

} // namespace qcc
