#pragma once

#include "core/facts/historyquery.h"
#include "ui/requests/exchangerow.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace qcc {

class ExchangeDetail;
class ExchangesModel;
class ExchangesView;

/// The Requests page: a line for each exchange, the newest on top, and all that is known of the selected one. Those of earlier runs come page by page from
/// whoever hears pastWanted().
class RequestsPage : public QWidget
{
    Q_OBJECT

public:
    explicit RequestsPage(QWidget *parent = nullptr);

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
    void focusFilter();
    /// Shows all again; false where nothing was left out.
    bool clearFilter();

    /// Where the splitter stands and how wide the columns are.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void clientSetupRequested();
    void pastWanted(int question, const qcc::HistoryQuery &query);
    /// What `query` finds and `wanted` lets through is to be written to `path`, as its ending says. To be heard in this thread.
    void exportRequested(const qcc::HistoryQuery &query, const qcc::ExchangeTest &wanted, const QString &path);
    void exportCancelled();
    void logRequested(const QString &text);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *createTools();
    QWidget *createTables();
    QWidget *createEmptyState();
    void changeLines(const std::function<void()> &change);
    ExchangeFilter filter() const;
    void applyFilter();
    HistoryQuery query() const;
    void askPast();
    void askAtTheEnd();
    void exportOrCancel();
    QString countText() const;
    void setPaused(bool paused);
    void lineChosen();
    void showDetail();
    void showState();
    void tick();
    void setDetailsShown(bool shown);
    bool isPaused() const;

    QElapsedTimer m_clock;
    QTimer m_ticks;
    ExchangesModel *m_model;
    ExchangesView *m_view;
    ExchangeDetail *m_detail;
    QLineEdit *m_search;
    QComboBox *m_asked;
    QComboBox *m_since;
    QPushButton *m_export;
    QTimer *m_settle; ///< Until what is typed is looked for in the past.
    QPushButton *m_pause;
    QPushButton *m_details;
    QLabel *m_state;
    QStackedWidget *m_pages;
    QStackedWidget *m_tables;
    QSplitter *m_splitter;

    quint64 m_selected = 0; ///< 0: none.
    quint64 m_expected = 0; ///< To be selected when it comes.
    bool m_changing = false;
    QList<ExchangeRecord> m_held; ///< The newest first; while paused.
    std::optional<QList<RunningView>> m_heldRunning;

    /// What was asked for of the past, and what is known of it.
    struct Past {
        int question = 0;
        bool isAsked = false;       ///< And not answered.
        bool hasMore = false;
        qint64 beyond = 0;          ///< The last that came.
        std::optional<qint64> total;
        int pages = 0;              ///< Since the user last did something.
        QString fault;
    };
    Past m_past;
    bool m_exports = false;
};

} // namespace qcc
