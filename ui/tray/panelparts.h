#pragma once

#include "ui/model/recentseconds.h"
#include "ui/widgets/bars.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>

#include <optional>

class QToolButton;

namespace qcc {

/// A line of the panel that does something: a mark or a tick, a name, what is said of it, and at the right a number and a mark, or a button.
class PanelRow : public QAbstractButton
{
    Q_OBJECT

public:
    struct Content {
        QString name;
        QString note = {};
        Meaning noteMeaning = Meaning::Neutral;
        QString number = {};
        std::optional<Meaning> mark = {};    ///< At the left.
        std::optional<Meaning> endMark = {}; ///< At the right.
        bool ticked = false;
        bool strong = false;
        QString step = {}; ///< Of the button; none: there is no button.
        bool operator==(const Content &) const = default;
    };

    explicit PanelRow(QWidget *parent = nullptr);

    void setContent(const Content &content);
    QToolButton *step() { return m_step; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Content m_content;
    QToolButton *m_step;
};

/// Where something of `size` stands beside `anchor`, within `screen`: above what is at its foot, below what is at its head.
QRect placeBeside(const QRect &anchor, const QSize &size, const QRect &screen);

/// The last minute, second by second: what was served above the line, what failed below it.
class PanelSeconds : public QWidget
{
    Q_OBJECT

public:
    PanelSeconds();

    void set(const QList<RecentSeconds::Second> &seconds);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<Bar> m_bars;
};

} // namespace qcc
