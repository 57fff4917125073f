#pragma once

#include "ui/model/recentseconds.h"
#include "ui/widgets/bars.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>

#include <optional>

class QLabel;
class QToolButton;
class QVBoxLayout;

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
        bool quietNumber = false;
        QString step = {}; ///< Of the button; none: there is no button.
        bool operator==(const Content &) const = default;
    };

    explicit PanelRow(QWidget *parent = nullptr);

    void setContent(const Content &content);
    QToolButton *step() { return m_step; }
    QSize sizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    /// Name and note as far as there is room for them, and where that is.
    struct Fit {
        QString name, note;
        int noteLeft = 0;
        int right = 0; ///< Of the number.
    };
    Fit fitting() const;
    QFont nameFont() const;
    QFont numberFont() const;

    Content m_content;
    QToolButton *m_step;
};

/// Rows below what they are called. Gone while it has none.
class PanelGroup : public QWidget
{
    Q_OBJECT

public:
    explicit PanelGroup(const QString &title);

    /// Shows so many rows, and says of how many where these are not all. Returns them; there may be more, which are hidden.
    const QList<PanelRow *> &take(qsizetype shown, qsizetype all);
    QList<QLabel *> captions() const { return {m_title, m_count}; }

private:
    QLabel *m_title;
    QLabel *m_count;
    QVBoxLayout *m_column;
    QList<PanelRow *> m_rows;
};

/// Where something of `size` stands beside `anchor`, within `screen`: above what is at its foot, below what is at its head.
QRect placeBeside(const QRect &anchor, const QSize &size, const QRect &screen);

/// A window of `size` without what lies outside of the round corners that drawBox() gives it.
QRegion withoutCorners(const QSize &size, int radius);

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
