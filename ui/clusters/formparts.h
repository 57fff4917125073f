#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QTableWidget>
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

/// Edits a model map in place; there is always an empty line at the end to type into. Delete clears a line.
class ModelMapTable : public QTableWidget
{
    Q_OBJECT

public:
    explicit ModelMapTable(QWidget *parent = nullptr);

    /// As typed, without the empty lines.
    ModelLines lines() const;
    void setLines(const ModelLines &lines);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void edited();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint) override;

private:
    void keepEmptyLine();

    bool m_filling = false;
};

} // namespace qcc
