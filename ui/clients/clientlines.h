#pragma once

#include "ui/model/words.h"

#include <QList>
#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace qcc {

class RowsCard;

/// For clients that qcc does not know: its address, and the lines that point whatever is started from a shell at it, for each style of API. All can be copied.
class ClientLines : public QWidget
{
    Q_OBJECT

public:
    explicit ClientLines(QWidget *parent = nullptr);

    /// `key`: that qcc asks for; empty: any is good. It is copied, and not shown.
    void setAddress(const QString &address, const QString &key);
    /// Where the keys go first.
    void takeFocus();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Line {
        QLabel *name;
        QLabel *text;
        QToolButton *copy;
        QString copied;
    };
    void addLine(RowsCard &card, const QString &name);
    void show();
    void dress();

    QString m_address;
    QString m_key;
    QLabel *m_title;
    QLabel *m_caption;
    QComboBox *m_shell;
    QList<Line> m_lines; ///< The address, then one for each style.
};

} // namespace qcc
