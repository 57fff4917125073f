#pragma once

#include <QDateTime>
#include <QWidget>

#include <optional>
#include <utility>

class QAction;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace qcc {

/// The head of the Requests page: what is shown, in a line below the name, and beside it the tools. Where the page is narrow the line goes below both.
class RequestsHead : public QWidget
{
    Q_OBJECT

public:
    explicit RequestsHead(QWidget *parent = nullptr);

    QString searched() const;
    void setSearched(const QString &text);
    QLineEdit *searchField() const { return m_search; }
    /// Since when and until when, as of now; invalid: at any time.
    std::pair<QDateTime, QDateTime> time() const;
    /// Whether the choice goes on with the clock.
    bool isTimeRelative() const;
    /// Only what ended between these two; a choice of its own until another is made.
    void setTime(const QDateTime &from, const QDateTime &to);
    /// No words, any time.
    bool isClear() const;
    /// Makes it so; false where it was.
    bool clear();

    void setLine(const QString &text);
    /// How many are written by now; nothing: no export goes on.
    void setExport(std::optional<qint64> written, bool possible);

    bool isPaused() const;
    void setPaused(bool paused);
    bool opensDetails() const;
    void setOpensDetails(bool opens);

Q_SIGNALS:
    void searchChanged();
    void timeChanged();
    void pauseChanged(bool paused);
    void opensDetailsChanged(bool opens);
    void exportRequested();
    void exportCancelled();
    /// From the search on to what it found.
    void downPressed();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createTimes();
    QWidget *createTools();
    void applyLook();
    void arrange();

    QLabel *m_title;
    QLabel *m_line;
    QLineEdit *m_search;
    QAction *m_sign;
    QComboBox *m_time;
    QPushButton *m_pause;
    QPushButton *m_cancel;
    QAction *m_export;
    QAction *m_details;
    QToolButton *m_more;
    QWidget *m_tools;
    QGridLayout *m_grid;
    std::optional<bool> m_isNarrow;
    std::optional<std::pair<QDateTime, QDateTime>> m_span; ///< The last choice of m_time, while it is there.
};

} // namespace qcc
