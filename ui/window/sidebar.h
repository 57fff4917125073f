#pragma once

#include "ui/model/proxyview.h"
#include "ui/widgets/theme.h"

#include <QIcon>
#include <QWidget>

#include <optional>

class QListWidget;
class QToolButton;

namespace qcc {

class ClusterPicker;
class FootCard;

/// What holds everywhere, left of the page: the cluster in use, the pages, and at the foot the proxy itself.
class Sidebar : public QWidget
{
    Q_OBJECT

public:
    explicit Sidebar(QWidget *parent = nullptr);

    /// `icon`: a drawing of 16 units.
    void addPage(const QString &name, const QString &icon, const QKeySequence &keys);
    int currentPage() const;
    void setCurrentPage(int page);
    /// Absent: nothing is wrong there.
    void setMark(int page, std::optional<Meaning> mark);
    void setView(const ProxyView &view);
    /// As wide as its words need, and no narrower than the look has it.
    void fitWidth();

    FootCard *foot() { return m_foot; }
    ClusterPicker *picker() { return m_picker; }

Q_SIGNALS:
    void currentPageChanged(int page);
    void importRequested();
    void diagnosticsRequested();
    /// The palette is to open.
    void searchRequested();
    void aboutRequested();
    void quitRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void buildMenu();
    void drawMenuIcon();

    ClusterPicker *m_picker;
    QToolButton *m_menu;
    QListWidget *m_pages;
    FootCard *m_foot;
};

} // namespace qcc
