#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QScrollArea>
#include <QVariantAnimation>
#include <QWidget>

class QAbstractButton;
class QGridLayout;
class QLabel;
class QToolButton;

namespace qcc {

class MarkLabel;

/// What is said below a field of a form. One line of it is there all the time, so that nothing shifts when it is said.
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
    MarkLabel *m_mark;
    QLabel *m_text;
    QToolButton *m_remedy;
};

/// A line that opens and closes what is below it. While that is closed, the line says what is in it.
class Fold : public QWidget
{
    Q_OBJECT

public:
    /// `summary`: what is in it.
    Fold(const QString &title, const QString &summary, QWidget *content);

    bool isOpen() const;
    /// Without a signal, and at once.
    void setOpen(bool open);
    QAbstractButton *button() const { return m_button; }

Q_SIGNALS:
    /// By the user.
    void toggled(bool open);

private:
    void slide(bool open);

    QAbstractButton *m_button;
    QWidget *m_content;
    QVariantAnimation m_motion;
};

/// The grid that the fields of a form stand on: labels in a column of one width, right-aligned, fields from one left edge.
class FormGrid
{
public:
    static constexpr int labelWidth = 104;
    static constexpr int mostWidth = 560;

    explicit FormGrid(QWidget *form);

    /// `buddy`: what the label names, and who gets the focus by its mnemonic. `note` may be null.
    void addField(const QString &label, QWidget *buddy, QLayout *controls, QWidget *note);
    /// From the fields' left edge on.
    void addControls(QLayout *controls);
    /// Beside its buddy, as high as that is with the font of now.
    static void placeLabel(QLabel &label);

private:
    QGridLayout *m_grid;
};

/// The fields of a form: as high as they are, where there is room; else they scroll.
class FieldsArea : public QScrollArea
{
public:
    explicit FieldsArea(QWidget *fields);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
};

} // namespace qcc
