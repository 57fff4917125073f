#pragma once

#include "core/facts/historyquery.h"
#include "ui/requests/exchangerow.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>

class QSplitter;
class QStackedWidget;

namespace qcc {

class ExchangeDetail;
class ExchangesModel;
class ExchangesView;
class FilterChips;
class RequestsHead;

/// The Requests page: a line for each exchange, the newest on top, and all that is known of the selected one: beside the table where the window is wide, else
/// below it. Those of earlier runs come page by page from whoever hears pastWanted().
class RequestsPage : public QWidget
{
    Q_OBJECT

public:
    explicit RequestsPage(QWidget *parent = nullptr);

    /// Tells which endpoints there are.
    void setConfig(const ConfigSnapshot &config);
    /// Those that finished since the last call.
    void addExchanges(const QList<ExchangeRecord> &newestFirst);
    /// All that run now, the oldest first.
    void setRunning(const QList<RunningView> &running);
    /// The proxy has ended: nothing runs any more.
    void dropRunning();
    /// What pastWanted() asked for as `question`.
    void addPast(int question, const HistoryPage &page);
    void pastFailed(int question, const QString &why);
    /// How many are in the file by now; nothing: it is done, or was given up.
    void setExportProgress(std::optional<qint64> written);
    /// Shows the exchange (exchangeKey()) whatever the filter and the pause say; one that is not here yet is selected when it comes.
    void select(quint64 key);
    /// Only what holds `text`.
    void search(const QString &text);
    /// Only what failed or was repaired.
    void showProblems();
    /// Only what is `asked` for and ended at `from` or later and before `to`.
    void showOnly(Asked asked, const QDateTime &from, const QDateTime &to);
    void focusFilter();
    /// Step by step: closes the details, then shows all again; false where neither was to be done.
    bool clearFilter();

    /// How large the details are and how wide the columns.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void clientsWanted();
    void pastWanted(int question, const qcc::HistoryQuery &query);
    /// What `query` finds and `wanted` lets through is to be written to `path`, as its ending says. To be heard in this thread.
    void exportRequested(const qcc::HistoryQuery &query, const qcc::ExchangeTest &wanted, const QString &path);
    void exportCancelled();
    void logRequested(const QString &text);
    /// An endpoint is to be shown where it can be edited.
    void endpointRequested(const QString &cluster, const QString &endpoint);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void connectParts();
    QWidget *createTables();
    void changeLines(const std::function<void()> &change);
    ExchangeFilter filter() const;
    void applyFilter();
    void searchAnew();
    bool showsAll() const;
    bool showAll();
    HistoryQuery query() const;
    void askAnew();
    void askPast();
    void askAtTheEnd();
    void chooseExportFile();
    void count(const QList<ExchangeRecord> &fresh);
    std::optional<qint64> counted(Asked asked) const;
    QString countText() const;
    void setPaused(bool paused);
    void lineChosen();
    void showDetail();
    void showState();
    void tick();
    void openDetails(bool open);
    void arrange();
    bool isPaused() const;

    QElapsedTimer m_clock;
    QTimer m_ticks;
    ExchangesModel *m_model;
    ExchangesView *m_view;
    ExchangeDetail *m_detail;
    RequestsHead *m_head;
    FilterChips *m_chips;
    QTimer *m_settle; ///< Until what is typed is looked for in the past.
    QStackedWidget *m_tables;
    QSplitter *m_splitter;

    quint64 m_selected = 0; ///< 0: none.
    quint64 m_expected = 0; ///< To be selected when it comes.
    bool m_changing = false;
    bool m_isOpen = false;  ///< The details are shown where there are any.
    int m_besideWidth;      ///< Of the details.
    int m_belowHeight;
    int m_whole = 0;        ///< What table and details had when they were given their shares.
    QDateTime m_from, m_to; ///< The time that is asked for, as it was when it was chosen.
    QList<ExchangeRecord> m_held; ///< The newest first; while paused.
    std::optional<QList<RunningView>> m_heldRunning;

    /// What was asked for of the past, and what is known of it.
    struct Past {
        int question = 0;
        bool isAsked = false;       ///< And not answered.
        bool hasMore = false;
        qint64 beyond = 0;          ///< The last that came.
        int pages = 0;              ///< Since the user last did something.
        QString fault;
    };
    Past m_past;
    /// What words and time find, whatever outcome is asked for: in the file, and since then. Nothing: it is not known.
    struct Counts {
        PerEnum<Outcome, qint64> found;
        QDateTime upTo; ///< What ended later was not in the file.
    };
    std::optional<Counts> m_counts;
    std::optional<qint64> m_exported; ///< So many, by an export that goes on.
};

} // namespace qcc
