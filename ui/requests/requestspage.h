#pragma once

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

/// The Requests page: a line for each exchange, the newest on top, and all that is known of the selected one.
class RequestsPage : public QWidget
{
    Q_OBJECT

public:
    explicit RequestsPage(QWidget *parent = nullptr);

    /// Those that finished since the last call.
    void addExchanges(const QList<ExchangeRecord> &newestFirst);
    /// All that run now, the oldest first.
    void setRunning(const QList<RunningView> &running);
    /// Another run of the proxy: its numbers start anew.
    void clear();
    /// Shows the exchange whatever the filter and the pause say; one that is not here yet is selected when it comes.
    void select(quint64 number);
    void focusFilter();
    /// Shows all again; false where nothing was left out.
    bool clearFilter();

    /// Where the splitter stands and how wide the columns are.
    QByteArray saveState() const;
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    void clientSetupRequested();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *createTools();
    QWidget *createTables();
    QWidget *createEmptyState();
    void changeLines(const std::function<void()> &change);
    void applyFilter();
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
};

} // namespace qcc
