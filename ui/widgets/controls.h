#pragma once

#include "ui/widgets/shapes.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QStringList>
#include <QVariantAnimation>

#include <optional>

namespace qcc {

// Controls that Qt Widgets have none of. All are small, reached by Tab, and told to screen readers as what they do.

/// On or off, at once: a check box to a screen reader. Its label stands elsewhere, so give it an accessible name.
class Switch : public QAbstractButton
{
    Q_OBJECT

public:
    enum class Size { Usual, Small };

    explicit Switch(Size size = Size::Usual, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void slide(bool on);

    const Size m_size;
    QVariantAnimation m_motion;
    double m_place; ///< Of the knob: 0 is off, 1 is on.
    bool m_seen = false;
};

/// Draws a switch as it stands, for rows that have no widgets. `place`: of the knob, 0 is off, 1 is on.
void drawSwitch(QPainter &painter, const QRectF &rect, const QPalette &palette, bool enabled, double place);
QSize sizeOf(Switch::Size size);

/// One of up to four choices, side by side. Arrows go from one to the next.
class Segments : public QWidget
{
    Q_OBJECT

public:
    explicit Segments(const QStringList &choices = {}, QWidget *parent = nullptr);

    void setChoices(const QStringList &choices);
    int current() const;
    /// Chooses without a signal.
    void setCurrent(int index);
    QAbstractButton *button(int index) const { return m_buttons.button(index); }

Q_SIGNALS:
    /// By the user.
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QButtonGroup m_buttons;
};

/// A filter that can be switched on: mark, word, count.
class ChipButton : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ChipButton(const QString &text = {}, QWidget *parent = nullptr);

    void setMeaning(std::optional<Meaning> meaning);
    /// One that says no outcome: of what runs.
    void setMark(std::optional<Mark> mark);
    /// Absent: not known, and not shown.
    void setCount(std::optional<qint64> count);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString countText() const;

    std::optional<Meaning> m_meaning;
    std::optional<Mark> m_mark;
    std::optional<qint64> m_count;
};

/// Marks a field, or those within `editor`, as one that holds what cannot be taken: where our own style draws, its border says so.
void setFaulty(QWidget *editor, bool faulty);
bool isFaulty(const QWidget *field);

} // namespace qcc
