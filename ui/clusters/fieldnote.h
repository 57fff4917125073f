#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace qcc {

/// What is said below a field of a form; takes no room while there is nothing to say.
class FieldNote : public QWidget
{
    Q_OBJECT

public:
    explicit FieldNote(QWidget *parent = nullptr);

    void setNote(const DraftNote *note);
    QString text() const;

Q_SIGNALS:
    void remedyChosen(const QString &remedy);

protected:
    void changeEvent(QEvent *event) override;

private:
    void dress();

    DraftNote m_note;
    QLabel *m_text;
    QToolButton *m_remedy;
};

} // namespace qcc
